package io.canarygateway.config;

/**
 * The built-in upstreams to play with, all on 127.0.0.1.
 *
 * @param enabled whether they are started
 * @param mainPort where main listens
 * @param canaryPort where canary listens
 * @param sidecarPort where the sidecar listens
 */
public record DemoConfig(boolean enabled, int mainPort, int canaryPort, int sidecarPort) {

  static DemoConfig of(FlagValues values) {
    return new DemoConfig(
        values.get(Settings.DEMO_ENABLED),
        values.get(Settings.DEMO_MAIN_PORT).intValue(),
        values.get(Settings.DEMO_CANARY_PORT).intValue(),
        values.get(Settings.DEMO_SIDECAR_PORT).intValue());
  }
}
