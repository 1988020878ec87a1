package io.canarygateway.config;

/**
 * Where metrics are shown and sent; static.
 *
 * @param instrumentation where they are shown, and health with them
 * @param statsd where they go besides
 * @param extensions what users added, sinks among it
 */
public record MetricsConfig(
    InstrumentationConfig instrumentation, StatsdConfig statsd, ExtensionsConfig extensions) {

  /** What the values say of metrics. */
  public static MetricsConfig of(FlagValues values) {
    return new MetricsConfig(
        InstrumentationConfig.of(values), StatsdConfig.of(values), ExtensionsConfig.of(values));
  }
}
