package io.canarygateway.proxy;

import io.canarygateway.decision.LeasedBreaker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;

/** What a node knows of the cluster's circuit breaker. Set on one context, read on any thread. */
final class BreakerMetrics {

  /**
   * One moment.
   *
   * @param requests leased or used by all nodes
   * @param errors likewise
   * @param unusedRequests leased by nodes that are there, and not used
   * @param unusedErrors likewise
   * @param nodes how many have a say
   * @param quorum whether enough of them are there
   */
  record Moment(
      long requests,
      long errors,
      long unusedRequests,
      long unusedErrors,
      int nodes,
      boolean quorum) {}

  private final MeterRegistry registry;
  private final AtomicReference<Moment> moment =
      new AtomicReference<>(new Moment(0, 0, 0, 0, 0, false));
  private final Map<LedgerWriter.Result, Counter> writes = new EnumMap<>(LedgerWriter.Result.class);
  private final Counter failed;

  BreakerMetrics(MeterRegistry registry, LeasedBreaker breaker) {
    this.registry = registry;
    gauge("granted_requests", "Requests leased by all nodes", Moment::requests);
    gauge("granted_errors", "Errors leased by all nodes", Moment::errors);
    gauge(
        "used_requests",
        "Requests used by all nodes, as far as they have told",
        m -> m.requests() - m.unusedRequests());
    gauge(
        "used_errors",
        "Errors used or reserved by all nodes, as far as they have told",
        m -> m.errors() - m.unusedErrors());
    gauge("nodes", "Nodes that have a say", Moment::nodes);
    gauge("quorum", "Whether enough nodes are there to lease anything", m -> m.quorum() ? 1 : 0);
    lease("requests", "Requests leased by this node and not used", breaker::unusedRequests);
    lease("errors", "Errors leased by this node and not used", breaker::unusedErrors);
    for (LedgerWriter.Result result : LedgerWriter.Result.values()) {
      writes.put(result, writes(result.name().toLowerCase(Locale.ROOT)));
    }
    failed = writes("failed");
  }

  void now(Moment newMoment) {
    moment.set(newMoment);
  }

  void wrote(LedgerWriter.Result result) {
    writes.get(result).increment();
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

  private void gauge(String name, String description, ToDoubleFunction<Moment> value) {
    Gauge.builder("gateway_breaker_cluster_" + name, moment, m -> value.applyAsDouble(m.get()))
        .description(description)
        .register(registry);
  }

  private void lease(String name, String description, java.util.function.Supplier<Number> value) {
    Gauge.builder("gateway_breaker_lease_" + name, value)
        .description(description)
        .register(registry);
  }
}
