package io.canarygateway.proxy;

import io.canarygateway.http.ConnectionLimit;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/**
 * The metrics that all routes of a process have together. Thread-safe. {@link RouteMeters} has
 * those of one route.
 */
final class ProxyMetrics {

  private final MeterRegistry registry;
  private final Counter[] errors = new Counter[GatewayError.values().length];
  private final Counter clientAborts;
  private final Counter retries;

  ProxyMetrics(
      MeterRegistry registry, LoadGauges load, ConnectionLimit connections, BufferBudget budget) {
    this.registry = registry;
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
        "Open connections to main, canary and mirrors",
        load,
        l -> l.upstreamConnections().get());
    gauge(
        "gateway_sidecar_buffered_bytes",
        "Bodies held for the sidecar and for fallbacks",
        budget,
        BufferBudget::used);
  }

  /** Counts an error response of the gateway itself. */
  void refused(GatewayError error) {
    errors[error.ordinal()].increment();
  }

  /** Counts a client that went away. */
  void clientGone() {
    clientAborts.increment();
  }

  /** Counts a request that was sent again. */
  void retried() {
    retries.increment();
  }

  private <T> void gauge(String name, String description, T state, ToDoubleFunction<T> value) {
    Gauge.builder(name, state, value).description(description).register(registry);
  }
}
