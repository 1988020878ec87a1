package io.canarygateway.config;

import java.util.Optional;

/**
 * The settings of metrics and of the API; static.
 *
 * @param instrumentation the listener of metrics and health
 * @param admin the permission to change things by the API
 * @param statsd the receiver of DogStatsD metrics, if there is one
 * @param extensions the users' extensions, with their metrics sinks
 */
public record MetricsConfig(
    InstrumentationConfig instrumentation,
    AdminConfig admin,
    Optional<StatsdConfig> statsd,
    ExtensionsConfig extensions) {

  /**
   * Reads the settings of metrics.
   *
   * @param values values that {@link GatewayConfig#of} accepts
   * @return the settings
   */
  public static MetricsConfig of(FlagValues values) {
    return new MetricsConfig(
        InstrumentationConfig.of(values),
        AdminConfig.of(values),
        StatsdConfig.of(values),
        ExtensionsConfig.of(values));
  }
}
