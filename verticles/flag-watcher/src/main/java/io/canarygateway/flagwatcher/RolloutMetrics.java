package io.canarygateway.flagwatcher;

import io.canarygateway.message.MeterReporter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Counts the readings of rollouts, for Prometheus and, under maxwells-daemon's names, for
 * DogStatsD. Each version of the table, {@code canary} and {@code maintenance}, counts by itself.
 * On one context.
 */
final class RolloutMetrics {

  private final Counter succeeded;
  private final Counter failed;
  private final MeterReporter.Counter successes;
  private final MeterReporter.Counter failures;

  RolloutMetrics(MeterRegistry registry, MeterReporter reporter) {
    this.succeeded = updates(registry, "success");
    this.failed = updates(registry, "failure");
    this.successes = reporter.counter("rollout.update.success", Map.of());
    this.failures = reporter.counter("rollout.update.failure", Map.of());
  }

  private static Counter updates(MeterRegistry registry, String result) {
    return Counter.builder("gateway_rollout_updates")
        .description("Readings of a rollout")
        .tag("result", result)
        .register(registry);
  }

  /** Counts the reading of one version; an empty one is a failure. */
  void read(OptionalDouble rollout) {
    if (rollout.isPresent()) {
      succeeded.increment();
      successes.increment();
    } else {
      failed();
    }
  }

  /** Counts one version that could not be read. */
  void failed() {
    failed.increment();
    failures.increment();
  }
}
