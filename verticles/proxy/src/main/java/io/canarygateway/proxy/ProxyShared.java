package io.canarygateway.proxy;

import io.canarygateway.decision.Breakers;
import io.canarygateway.http.ConnectionLimit;
import io.canarygateway.http.NameServers;
import io.canarygateway.http.Sockets;
import io.canarygateway.http.UpstreamDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;

/**
 * The objects that all proxies of a process share. Lock-free and thread-safe.
 *
 * @param breakers the circuit breakers of all routes
 * @param gauges the load at the moment
 * @param connections the limit for connections
 * @param budget the bytes that may be held for the sidecar and for fallbacks
 * @param mirrorLimits the limits of copies of requests
 * @param metrics the metrics that all routes have together
 * @param meters the metrics of each route
 * @param directory knows the addresses of upstreams
 * @param via the gateway's line in {@code Via}
 */
record ProxyShared(
    Breakers breakers,
    LoadGauges gauges,
    ConnectionLimit connections,
    BufferBudget budget,
    Mirrors.Limits mirrorLimits,
    ProxyMetrics metrics,
    AllRouteMeters meters,
    UpstreamDirectory directory,
    Via via) {

  static ProxyShared create(
      ProxyConfig config,
      Breakers breakers,
      MeterRegistry registry,
      Sockets sockets,
      BufferBudget budget) {
    LoadGauges gauges = LoadGauges.create();
    ConnectionLimit connections =
        new ConnectionLimit(
            config.maxConnections(), config.maxSockets(), gauges.upstreamConnections()::get);
    ProxyMetrics metrics = new ProxyMetrics(registry, gauges, connections, budget);
    AllRouteMeters meters =
        new AllRouteMeters(
            route ->
                new RouteMeters(registry, route, config.version(), metrics, breakers.of(route)));
    return new ProxyShared(
        breakers,
        gauges,
        connections,
        budget,
        Mirrors.Limits.of(config.maxSockets(), config.instances()),
        metrics,
        meters,
        new UpstreamDirectory(
            sockets, NameServers.ofSystem(sockets), System::nanoTime, meters::ejected),
        Via.create(new SecureRandom()));
  }
}
