package io.canarygateway.flagwatcher;

import io.canarygateway.message.MeterReporter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Counts readings of rollouts, for Prometheus and under maxwells-daemon's names. On one context.
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

  /** One version was read, well or not. */
  void read(OptionalDouble rollout) {
    if (rollout.isPresent()) {
      succeeded.increment();
      successes.increment();
    } else {
      failed();
    }
  }

  /** One version could not be read. */
  void failed() {
    failed.increment();
    failures.increment();
  }
}
