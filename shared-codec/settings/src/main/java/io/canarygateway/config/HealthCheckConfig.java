package io.canarygateway.config;

import java.time.Duration;
import java.util.Optional;

/**
 * The settings of active health checks of main and canary; dynamic.
 *
 * @param path the path that each address is asked for by {@code GET}, with its query
 * @param every the time from the end of a check to the begin of the next
 * @param timeout the longest time of a check
 * @param healthy the number of successes in a row after which an address gets requests again
 * @param unhealthy the number of failures in a row after which it gets none
 */
public record HealthCheckConfig(
    String path, Duration every, Duration timeout, int healthy, int unhealthy) {

  static Optional<HealthCheckConfig> of(FlagValues values) {
    String path = values.required(HealthCheckSettings.PATH);
    return path.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new HealthCheckConfig(
                path,
                values.required(HealthCheckSettings.EVERY),
                values.required(HealthCheckSettings.TIMEOUT),
                values.required(HealthCheckSettings.HEALTHY).intValue(),
                values.required(HealthCheckSettings.UNHEALTHY).intValue()));
  }
}
