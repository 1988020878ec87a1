package io.canarygateway.proxy;

import io.canarygateway.client.ConnectionPool;
import io.canarygateway.client.Endpoint;
import io.canarygateway.config.HttpClientConfig;
import io.canarygateway.config.HttpUrl;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The pools of one event loop. A snapshot that names the same server in the same way keeps its
 * pool; a pool that no snapshot names any more is retired.
 */
final class UpstreamPools {

  private final Vertx vertx;
  private final Duration quiet;
  private final int eventLoops;
  private final AtomicInteger openConnections;
  private final Map<Endpoint, ConnectionPool> pools = new HashMap<>();
  private final Set<Endpoint> named = new HashSet<>();

  UpstreamPools(Vertx vertx, Duration quiet, int eventLoops, AtomicInteger openConnections) {
    this.vertx = vertx;
    this.quiet = quiet;
    this.openConnections = openConnections;
    this.eventLoops = eventLoops;
  }

  Upstream upstream(HttpUrl url, String headerHost, HttpClientConfig client) {
    return new Upstream(
        url,
        headerHost.isEmpty() ? url.authority() : headerHost,
        pool(Endpoint.of(url, client, quiet, eventLoops)),
        !client.disableCompression());
  }

  /** Retires the pools that were not asked for since the last call. */
  void retireUnnamed() {
    pools
        .entrySet()
        .removeIf(
            entry -> {
              boolean unnamed = !named.contains(entry.getKey());
              if (unnamed) {
                entry.getValue().retire();
              }
              return unnamed;
            });
    named.clear();
  }

  private ConnectionPool pool(Endpoint endpoint) {
    named.add(endpoint);
    return pools.computeIfAbsent(endpoint, key -> new ConnectionPool(vertx, key, openConnections));
  }
}
