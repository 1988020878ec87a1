package io.canarygateway.config;

/**
 * The settings of the demo's own upstreams and sidecar, all on 127.0.0.1; static.
 *
 * @param enabled whether they are started
 * @param mainPort the port of main
 * @param canaryPort the port of canary
 * @param sidecarPort the port of the sidecar
 */
public record DemoConfig(boolean enabled, int mainPort, int canaryPort, int sidecarPort) {

  static DemoConfig of(FlagValues values) {
    return new DemoConfig(
        values.required(DemoSettings.ENABLED),
        values.required(DemoSettings.MAIN_PORT).intValue(),
        values.required(DemoSettings.CANARY_PORT).intValue(),
        values.required(DemoSettings.SIDECAR_PORT).intValue());
  }
}
