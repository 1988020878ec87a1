package io.canarygateway.config;

import io.canarygateway.flags.Flag;

/** The settings of the demo. All but the failure rate are static. */
final class DemoSettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean STATIC = false;

  static final Flag<Boolean> ENABLED =
      ALL.bool(
          "demo.enabled",
          STATIC,
          "true: the gateway starts a main, a canary and a sidecar itself.");
  static final Flag<Long> MAIN_PORT =
      ALL.port("demo.main-port", 1346, "Port of the demo's main on 127.0.0.1.");
  static final Flag<Long> CANARY_PORT =
      ALL.port("demo.canary-port", 1347, "Port of the demo's canary on 127.0.0.1.");
  static final Flag<Long> SIDECAR_PORT =
      ALL.port("demo.sidecar-port", 1348, "Port of the demo's sidecar on 127.0.0.1.");
  static final Flag<Double> CANARY_FAILURE_RATE =
      ALL.fraction(
          "demo.canary-failure-rate",
          "Share of requests that the demo's canary answers with 500, such as 0.1 for 10 %.");

  private DemoSettings() {}
}
