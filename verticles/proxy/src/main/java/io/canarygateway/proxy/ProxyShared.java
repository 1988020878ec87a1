package io.canarygateway.proxy;

import io.canarygateway.decision.Breaker;
import io.canarygateway.http.ConnectionLimit;
import io.canarygateway.http.NameServers;
import io.canarygateway.http.Sockets;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;

/**
 * The objects that all proxies of a process share. Lock-free and thread-safe.
 *
 * @param breaker the circuit breaker
 * @param gauges the load at the moment
 * @param connections the limit for connections
 * @param budget the bytes that may be held for the sidecar
 * @param metrics the proxy's metrics
 * @param resolver finds the addresses of upstreams
 */
record ProxyShared(
    Breaker breaker,
    LoadGauges gauges,
    ConnectionLimit connections,
    BufferBudget budget,
    ProxyMetrics metrics,
    AddressResolverGroup<InetSocketAddress> resolver) {

  static ProxyShared create(
      ProxyConfig config, Breaker breaker, MeterRegistry registry, Sockets sockets) {
    LoadGauges gauges = LoadGauges.create();
    ConnectionLimit connections =
        new ConnectionLimit(
            config.maxConnections(), config.maxSockets(), gauges.upstreamConnections()::get);
    BufferBudget budget = BufferBudget.ofHeap();
    return new ProxyShared(
        breaker,
        gauges,
        connections,
        budget,
        new ProxyMetrics(registry, config.version(), breaker, gauges, connections, budget),
        NameServers.resolver(sockets));
  }
}
