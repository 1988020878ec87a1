package io.canarygateway.proxy;

import io.canarygateway.decision.Breaker;
import io.canarygateway.http.ConnectionLimit;
import io.canarygateway.http.NameServers;
import io.canarygateway.http.Sockets;
import io.canarygateway.http.UpstreamDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;

/**
 * The objects that all proxies of a process share. Lock-free and thread-safe.
 *
 * @param breaker the circuit breaker
 * @param gauges the load at the moment
 * @param connections the limit for connections
 * @param budget the bytes that may be held for the sidecar
 * @param metrics the proxy's metrics
 * @param directory knows the addresses of upstreams
 * @param upstreams the metrics of these addresses
 * @param via the gateway's line in {@code Via}
 */
record ProxyShared(
    Breaker breaker,
    LoadGauges gauges,
    ConnectionLimit connections,
    BufferBudget budget,
    ProxyMetrics metrics,
    UpstreamDirectory directory,
    UpstreamMeters upstreams,
    Via via) {

  static ProxyShared create(
      ProxyConfig config, Breaker breaker, MeterRegistry registry, Sockets sockets) {
    LoadGauges gauges = LoadGauges.create();
    ConnectionLimit connections =
        new ConnectionLimit(
            config.maxConnections(), config.maxSockets(), gauges.upstreamConnections()::get);
    BufferBudget budget = BufferBudget.ofHeap();
    UpstreamMeters upstreams = new UpstreamMeters(registry);
    return new ProxyShared(
        breaker,
        gauges,
        connections,
        budget,
        new ProxyMetrics(registry, config.version(), breaker, gauges, connections, budget),
        new UpstreamDirectory(
            sockets, NameServers.ofSystem(sockets), System::nanoTime, upstreams::ejected),
        upstreams,
        Via.create(new SecureRandom()));
  }
}
