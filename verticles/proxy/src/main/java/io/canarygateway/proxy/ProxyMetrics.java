package io.canarygateway.proxy;

import io.canarygateway.http.ConnectionLimit;
import io.canarygateway.http.Http2Abuse;
import io.canarygateway.http.ProxyRefusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
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
  private final Counter[] abuses = new Counter[Http2Abuse.values().length];
  private final Counter[] proxyRefusals = new Counter[ProxyRefusal.values().length];
  private final Counter handshakeFailures;
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
    for (Http2Abuse kind : Http2Abuse.values()) {
      abuses[kind.ordinal()] =
          Counter.builder("gateway_http2_abuse")
              .description(
                  "Connections of HTTP/2 that were ended because of the client's behaviour")
              .tag("kind", kind.label())
              .register(registry);
    }
    for (ProxyRefusal reason : ProxyRefusal.values()) {
      proxyRefusals[reason.ordinal()] =
          Counter.builder("gateway_proxy_protocol_refusals")
              .description("Connections that were closed because they had no valid PROXY header")
              .tag("reason", reason.label())
              .register(registry);
    }
    handshakeFailures =
        Counter.builder("gateway_tls_handshake_failures")
            .description("TLS handshakes of clients that have failed")
            .register(registry);
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
        "gateway_client_connections_limit",
        "Most connections that clients may have",
        connections,
        ConnectionLimit::mostClients);
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

  /** Shows how many lines of the access log were dropped. */
  void follow(AccessLogWriter accessLog) {
    FunctionCounter.builder("gateway_access_log_dropped", accessLog, AccessLogWriter::dropped)
        .description("Lines of the access log that could not be written in time, or at all")
        .register(registry);
  }

  /** Counts an error response of the gateway itself. */
  void refused(GatewayError error) {
    errors[error.ordinal()].increment();
  }

  /** Counts a connection of HTTP/2 whose client has cost too much. */
  void abused(Http2Abuse kind) {
    abuses[kind.ordinal()].increment();
  }

  /** Counts a client whose TLS handshake has failed. */
  void handshakeFailed() {
    handshakeFailures.increment();
  }

  /** Counts a connection without a PROXY header that counts. */
  void proxyRefused(ProxyRefusal reason) {
    proxyRefusals[reason.ordinal()].increment();
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
