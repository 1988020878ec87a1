package io.canarygateway.proxy;

import io.canarygateway.decision.Breakers;
import io.canarygateway.decision.RateBuckets;
import io.canarygateway.http.ConnectionLimit;
import io.canarygateway.http.NameServers;
import io.canarygateway.http.Sockets;
import io.canarygateway.http.UpstreamDirectory;
import io.canarygateway.message.HealthReporter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.vertx.core.Context;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The objects that all proxies of a process share. Lock-free and thread-safe.
 *
 * @param breakers the circuit breakers of all routes
 * @param gauges the load at the moment
 * @param connections the limit for connections
 * @param budget the bytes that may be held for the sidecar and for fallbacks
 * @param buckets the buckets of all rate limits
 * @param mirrorLimits the limits of copies of requests
 * @param metrics the metrics that all routes have together
 * @param meters the metrics of each route
 * @param directory knows the addresses of upstreams
 * @param via the gateway's line in {@code Via}
 * @param accessLog writes the access log
 * @param tls the TLS of the listener; empty if it has none
 * @param tracer records spans; null if tracing is off
 */
record ProxyShared(
    Breakers breakers,
    LoadGauges gauges,
    ConnectionLimit connections,
    BufferBudget budget,
    RateBuckets buckets,
    Mirrors.Limits mirrorLimits,
    ProxyMetrics metrics,
    AllRouteMeters meters,
    UpstreamDirectory directory,
    Via via,
    AccessLogWriter accessLog,
    Optional<ListenerTls> tls,
    @Nullable Tracer tracer) {

  static ProxyShared create(
      ProxyConfig config,
      Breakers breakers,
      MeterRegistry registry,
      Sockets sockets,
      BufferBudget budget,
      @Nullable Tracer tracer) {
    LoadGauges gauges = LoadGauges.create();
    ConnectionLimit connections =
        new ConnectionLimit(
            config.maxConnections(), config.maxSockets(), gauges.upstreamConnections()::get);
    AccessLogWriter accessLog = new AccessLogWriter(config.accessLogFile());
    ProxyMetrics metrics = new ProxyMetrics(registry, gauges, connections, budget);
    metrics.follow(accessLog);
    AllRouteMeters meters =
        new AllRouteMeters(
            route ->
                new RouteMeters(registry, route, config.version(), metrics, breakers.of(route)));
    return new ProxyShared(
        breakers,
        gauges,
        connections,
        budget,
        new RateBuckets(
            RateBuckets.keysOfHeap(Runtime.getRuntime().maxMemory()),
            new SecureRandom(),
            System::nanoTime),
        Mirrors.Limits.of(config.maxSockets(), config.instances()),
        metrics,
        meters,
        new UpstreamDirectory(
            sockets, NameServers.ofSystem(sockets), System::nanoTime, meters::ejected),
        Via.create(new SecureRandom()),
        accessLog,
        config
            .server()
            .tls()
            .map(settings -> new ListenerTls(settings, config.server().http2(), registry)),
        tracer);
  }

  /**
   * Begins to read the listener's certificates, if it has TLS.
   *
   * @param own the context of the calling verticle
   * @param health reports what is wrong with the files, on that context
   * @return completes once the listener can be used
   */
  CompletionStage<Void> readCertificates(Context own, HealthReporter health) {
    return tls.isPresent() ? tls.get().start(own, health) : CompletableFuture.completedFuture(null);
  }
}
