package io.canarygateway.proxy;

import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.Decision;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.Target;
import io.canarygateway.http.ConnectionLimit;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToDoubleFunction;

/**
 * The proxy's metrics. Recording adds to a meter that is found in an array. Thread-safe.
 *
 * <p>{@code canary_router_request_count} and {@code canary_router_request_latency} have the names,
 * labels and bounds of canary-router.
 */
final class ProxyMetrics implements RequestObserver {

  private static final double[] LATENCY_BOUNDS_MS = {
    25, 50, 75, 100, 200, 400, 600, 800, 1000, 2000, 4000, 6000
  };
  private static final int MAX_STATUS = 600;
  private static final int REASONS = DecisionReason.values().length;
  private static final double NANOS_PER_MS = 1e6;

  private final MeterRegistry registry;
  private final String version;
  private final AtomicReferenceArray<Counter> requests =
      new AtomicReferenceArray<>(Target.values().length * REASONS * MAX_STATUS);
  private final DistributionSummary[] latency = new DistributionSummary[Target.values().length];
  private final Counter[] errors = new Counter[GatewayError.values().length];
  private final ResponseMeters responses;
  private final Counter clientAborts;
  private final Counter retries;

  ProxyMetrics(
      MeterRegistry registry,
      String version,
      Breaker breaker,
      LoadGauges load,
      ConnectionLimit connections,
      BufferBudget budget) {
    this.registry = registry;
    this.version = version;
    this.responses = new ResponseMeters(registry);
    for (Target target : Target.values()) {
      latency[target.ordinal()] =
          DistributionSummary.builder("canary_router_request_latency")
              .description("The latency distribution per request target")
              .serviceLevelObjectives(LATENCY_BOUNDS_MS)
              .tag("version", version)
              .tag("target", target.label())
              .register(registry);
    }
    for (GatewayError error : GatewayError.values()) {
      errors[error.ordinal()] =
          Counter.builder("gateway_errors")
              .description("Error responses made by the gateway itself")
              .tag("status", error.label())
              .register(registry);
    }
    clientAborts =
        Counter.builder("gateway_client_aborts")
            .description("Clients that went away before their response was complete")
            .register(registry);
    retries =
        Counter.builder("gateway_upstream_retries")
            .description(
                "Requests sent again, because a kept-alive connection turned out to be closed")
            .register(registry);
    gauge("gateway_requests_in_flight", "Requests in flight", load, l -> l.requests().get());
    gauge(
        "gateway_client_connections",
        "Open connections of clients",
        connections,
        ConnectionLimit::open);
    gauge(
        "gateway_upstream_connections",
        "Open connections to main and canary",
        load,
        l -> l.upstreamConnections().get());
    gauge(
        "gateway_sidecar_buffered_bytes",
        "Bodies held for the sidecar",
        budget,
        BufferBudget::used);
    gauge("gateway_breaker_requests", "Requests admitted to canary", breaker, Breaker::requests);
    gauge("gateway_breaker_errors", "Canary responses that failed", breaker, Breaker::errors);
    gauge("gateway_breaker_reservations", "Canary requests in flight", breaker, Breaker::inFlight);
  }

  @Override
  public void decided(Decision decision) {
    int index =
        (decision.target().ordinal() * REASONS + decision.reason().ordinal()) * MAX_STATUS
            + decision.sidecarStatus();
    Counter counter = requests.get(index);
    if (counter == null) {
      counter =
          Counter.builder("canary_router_request_count")
              .description("The count of requests per target and reason")
              .tag("version", version)
              .tag("target", decision.target().label())
              .tag("reason", decision.label())
              .register(registry);
      requests.set(index, counter);
    }
    counter.increment();
  }

  @Override
  public void responded(Target target, int status, long nanos) {
    responses.responded(target, status, nanos);
  }

  @Override
  public void unanswered(Target target, long nanos) {
    responses.failed(target);
  }

  @Override
  public void ended(Target target, long nanos) {
    latency[target.ordinal()].record(nanos / NANOS_PER_MS);
  }

  @Override
  public void refused(GatewayError error) {
    errors[error.ordinal()].increment();
  }

  @Override
  public void clientGone() {
    clientAborts.increment();
  }

  @Override
  public void retried(Target target) {
    retries.increment();
  }

  private <T> void gauge(String name, String description, T state, ToDoubleFunction<T> value) {
    Gauge.builder(name, state, value).description(description).register(registry);
  }
}
