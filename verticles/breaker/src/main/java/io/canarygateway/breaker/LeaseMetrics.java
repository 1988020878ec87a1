package io.canarygateway.breaker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The metrics of a route's leases, as one node knows them. Updated on one context, read on any
 * thread.
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

  /**
   * Metrics that are registered when those of the route begin.
   *
   * @param meters the metrics of the route
   */
  LeaseMetrics(LimitMeters meters, LeasedBreaker breaker) {
    meters.whenBegun(() -> register(meters, breaker));
  }

  private void register(LimitMeters meters, LeasedBreaker breaker) {
    gauge(
        meters, "cluster_granted_requests", "Requests leased by all nodes", () -> known.requests());
    gauge(meters, "cluster_granted_errors", "Errors leased by all nodes", () -> known.errors());
    gauge(
        meters,
        "cluster_used_requests",
        "Requests used by all nodes, as far as they have reported",
        () -> known.usedRequests());
    gauge(
        meters,
        "cluster_used_errors",
        "Errors used by all nodes, as far as they have reported",
        () -> known.usedErrors());
    gauge(meters, "cluster_up", "Whether the store of the limits answers", () -> answering ? 1 : 0);
    gauge(
        meters,
        "lease_requests",
        "Requests leased by this node and not used",
        () -> breaker.counts().requests().balance());
    gauge(
        meters,
        "lease_errors",
        "Errors leased by this node, and neither used nor reserved",
        () -> breaker.counts().errors().balance());
    for (Result result : Result.values()) {
      writes.put(
          result,
          meters.add(
              to ->
                  Counter.builder("gateway_breaker_cluster_writes")
                      .description("This node's writes of leases")
                      .tag("route", meters.route())
                      .tag("result", result.name().toLowerCase(Locale.ROOT))
                      .register(to)));
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
      LimitMeters meters, String name, String description, Supplier<Number> value) {
    meters.add(
        to ->
            Gauge.builder("gateway_breaker_" + name, value)
                .description(description)
                .tag("route", meters.route())
                .register(to));
  }
}
