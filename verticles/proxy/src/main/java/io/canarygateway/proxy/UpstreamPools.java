package io.canarygateway.proxy;

import io.canarygateway.config.HttpClientConfig;
import io.canarygateway.config.HttpUrl;
import io.canarygateway.http.Endpoint;
import io.canarygateway.http.UpstreamLoop;
import io.canarygateway.http.UpstreamPool;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The connection pools of one event loop. A pool is kept while a snapshot has the same settings for
 * its upstream, and retired otherwise. Confined to that event loop.
 */
final class UpstreamPools {

  private final UpstreamLoop loop;
  private final Duration quiet;
  private final int eventLoops;
  private final Map<Endpoint, UpstreamPool> pools = new HashMap<>();
  private final Set<Endpoint> named = new HashSet<>();

  /**
   * No pools yet.
   *
   * @param quiet how long a response may pause
   * @param eventLoops the number of event loops that share the connections to an upstream
   */
  UpstreamPools(UpstreamLoop loop, Duration quiet, int eventLoops) {
    this.loop = loop;
    this.quiet = quiet;
    this.eventLoops = eventLoops;
  }

  /** The upstream at a URL, with the pool of before if its settings are the same. */
  Upstream upstream(HttpUrl url, String headerHost, HttpClientConfig client) {
    HttpClientConfig share = client.share(eventLoops);
    Endpoint endpoint =
        new Endpoint(
            url.tls(),
            url.host(),
            url.port(),
            share.insecureSkipVerify(),
            share.timeout(),
            false,
            quiet,
            share.idleConnTimeout(),
            share.maxIdleConns(),
            share.maxConns());
    named.add(endpoint);
    return new Upstream(
        url,
        headerHost.isEmpty() ? url.authority() : headerHost,
        pools.computeIfAbsent(endpoint, key -> new UpstreamPool(loop, key)),
        !client.disableCompression());
  }

  /** Retires each pool that was not used since the last call. */
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
}
