package io.canarygateway.config;

/**
 * The settings of the demo's own upstreams and sidecar, all on 127.0.0.1; static but for the
 * failure rate.
 *
 * @param enabled whether they are started
 * @param mainPort the port of main
 * @param canaryPort the port of canary
 * @param sidecarPort the port of the sidecar
 * @param canaryFailureRate the share of requests that canary answers with 500, 0 to 1
 */
public record DemoConfig(
    boolean enabled, int mainPort, int canaryPort, int sidecarPort, double canaryFailureRate) {

  static DemoConfig of(FlagValues values) {
    return new DemoConfig(
        values.required(DemoSettings.ENABLED),
        values.required(DemoSettings.MAIN_PORT).intValue(),
        values.required(DemoSettings.CANARY_PORT).intValue(),
        values.required(DemoSettings.SIDECAR_PORT).intValue(),
        values.required(DemoSettings.CANARY_FAILURE_RATE));
  }
}
