package io.canarygateway.proxy;

import io.canarygateway.decision.LeasedBreaker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;

/**
 * The metrics of the cluster's circuit breaker, as one node knows it. Updated on one context, read
 * on any thread.
 */
final class BreakerMetrics {

  /**
   * The use of the limits at one moment. Immutable.
   *
   * @param requests the requests that all nodes have leased or used
   * @param errors the errors that all nodes have leased or used
   * @param unusedRequests the requests that live nodes have leased and not used
   * @param unusedErrors the errors that live nodes have leased and not used
   * @param nodes the number of voters
   * @param quorum whether a majority of the voters is alive
   */
  record ClusterUsage(
      long requests,
      long errors,
      long unusedRequests,
      long unusedErrors,
      int nodes,
      boolean quorum) {}

  private final MeterRegistry registry;
  private final AtomicReference<ClusterUsage> usage =
      new AtomicReference<>(new ClusterUsage(0, 0, 0, 0, 0, false));
  private final Map<LedgerWriter.Result, Counter> writes = new EnumMap<>(LedgerWriter.Result.class);
  private final Counter failed;

  BreakerMetrics(MeterRegistry registry, LeasedBreaker breaker) {
    this.registry = registry;
    gauge("granted_requests", "Requests leased by all nodes", ClusterUsage::requests);
    gauge("granted_errors", "Errors leased by all nodes", ClusterUsage::errors);
    gauge(
        "used_requests",
        "Requests used by all nodes, as far as they have reported",
        usage -> usage.requests() - usage.unusedRequests());
    gauge(
        "used_errors",
        "Errors used or reserved by all nodes, as far as they have reported",
        usage -> usage.errors() - usage.unusedErrors());
    gauge("nodes", "Nodes that vote on leases", ClusterUsage::nodes);
    gauge(
        "quorum",
        "Whether enough nodes are alive to lease anything",
        usage -> usage.quorum() ? 1 : 0);
    lease("requests", "Requests leased by this node and not used", breaker::unusedRequests);
    lease("errors", "Errors leased by this node and not used", breaker::unusedErrors);
    for (LedgerWriter.Result result : LedgerWriter.Result.values()) {
      writes.put(result, writes(result.name().toLowerCase(Locale.ROOT)));
    }
    failed = writes("failed");
  }

  void update(ClusterUsage newUsage) {
    usage.set(newUsage);
  }

  void wrote(LedgerWriter.Result result) {
    Objects.requireNonNull(writes.get(result)).increment();
  }

  void failedToWrite() {
    failed.increment();
  }

  private Counter writes(String result) {
    return Counter.builder("gateway_breaker_cluster_writes")
        .description("Leases drawn and returned by this node")
        .tag("result", result)
        .register(registry);
  }

  private void gauge(String name, String description, ToDoubleFunction<ClusterUsage> value) {
    Gauge.builder(
            "gateway_breaker_cluster_" + name, usage, usage -> value.applyAsDouble(usage.get()))
        .description(description)
        .register(registry);
  }

  private void lease(String name, String description, java.util.function.Supplier<Number> value) {
    Gauge.builder("gateway_breaker_lease_" + name, value)
        .description(description)
        .register(registry);
  }
}
