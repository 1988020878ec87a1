package io.canarygateway.proxy;

import io.canarygateway.decision.Breaker;
import io.canarygateway.http.ConnectionLimit;
import io.canarygateway.http.NameServers;
import io.canarygateway.http.Sockets;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;

/**
 * What all proxies of a process have in common; lock-free.
 *
 * @param breaker the limits of canary
 * @param gauges what is under way
 * @param connections how many clients there may be
 * @param budget bytes held for the sidecar
 * @param metrics the meters
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
