package io.canarygateway.breaker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The metrics of the cluster's circuit breaker, as one node knows it. Updated on one context, read
 * on any thread.
 */
final class LeaseMetrics {

  /** How a write of leases ended. */
  enum Result {
    /** The store has it. */
    WRITTEN,
    /** Another node had written before; this node tries again. */
    CONFLICT,
    /** The store did not answer. */
    FAILED
  }

  private final Map<Result, Counter> writes = new EnumMap<>(Result.class);
  private volatile LeaseRecord known = LeaseRecord.EMPTY;
  private volatile boolean answering;

  LeaseMetrics(MeterRegistry registry, LeasedBreaker breaker) {
    gauge(
        registry,
        "cluster_granted_requests",
        "Requests leased by all nodes",
        () -> known.requests());
    gauge(registry, "cluster_granted_errors", "Errors leased by all nodes", () -> known.errors());
    gauge(
        registry,
        "cluster_used_requests",
        "Requests used by all nodes, as far as they have reported",
        () -> known.usedRequests());
    gauge(
        registry,
        "cluster_used_errors",
        "Errors used by all nodes, as far as they have reported",
        () -> known.usedErrors());
    gauge(
        registry, "cluster_up", "Whether the store of the limits answers", () -> answering ? 1 : 0);
    gauge(
        registry,
        "lease_requests",
        "Requests leased by this node and not used",
        () -> breaker.counts().requests().balance());
    gauge(
        registry,
        "lease_errors",
        "Errors leased by this node, and neither used nor reserved",
        () -> breaker.counts().errors().balance());
    for (Result result : Result.values()) {
      writes.put(
          result,
          Counter.builder("gateway_breaker_cluster_writes")
              .description("This node's writes of leases")
              .tag("result", result.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  void update(LeaseRecord newlyKnown, boolean storeAnswers) {
    known = newlyKnown;
    answering = storeAnswers;
  }

  void wrote(Result result) {
    Objects.requireNonNull(writes.get(result)).increment();
  }

  private static void gauge(
      MeterRegistry registry, String name, String description, Supplier<Number> value) {
    Gauge.builder("gateway_breaker_" + name, value).description(description).register(registry);
  }
}
