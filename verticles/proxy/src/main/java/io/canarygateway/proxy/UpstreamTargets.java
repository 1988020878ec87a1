package io.canarygateway.proxy;

import io.canarygateway.config.HealthCheckConfig;
import io.canarygateway.config.HttpClientConfig;
import io.canarygateway.config.TargetUrls;
import io.canarygateway.http.HealthCheck;
import io.canarygateway.http.Server;
import io.canarygateway.http.TargetSettings;
import io.canarygateway.http.Timeouts;
import io.canarygateway.http.UpstreamDirectory;
import io.canarygateway.http.UpstreamLoop;
import io.canarygateway.http.UpstreamTarget;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The upstreams of one event loop, with their connections. An upstream is kept while a snapshot has
 * the same settings for it, and retired otherwise. Confined to that event loop.
 */
final class UpstreamTargets {

  private final UpstreamLoop loop;
  private final UpstreamDirectory directory;
  private final Duration quiet;
  private final int eventLoops;
  private final Map<TargetSettings, UpstreamTarget> targets = new HashMap<>();
  private final Set<TargetSettings> named = new HashSet<>();

  /**
   * No upstreams yet.
   *
   * @param directory knows the addresses of upstreams
   * @param quiet how long a response may pause
   * @param eventLoops the number of event loops that share the connections to an upstream
   */
  UpstreamTargets(UpstreamLoop loop, UpstreamDirectory directory, Duration quiet, int eventLoops) {
    this.loop = loop;
    this.directory = directory;
    this.quiet = quiet;
    this.eventLoops = eventLoops;
  }

  /** The upstream at some URLs, with the connections of before if its settings are the same. */
  Upstream upstream(
      TargetUrls urls,
      String headerHost,
      HttpClientConfig client,
      Optional<HealthCheckConfig> healthCheck) {
    return upstream(urls, headerHost, client, false, healthCheck);
  }

  /**
   * The upstream of copies at some URLs. It has connections and address states of its own, so that
   * copies cannot harm requests. A copy has the client's timeout for all, answer included.
   */
  Upstream upstreamOfCopies(TargetUrls urls, String headerHost, HttpClientConfig client) {
    return upstream(urls, headerHost, client, true, Optional.empty());
  }

  /** Timeouts on the event loop of the upstreams. */
  Timeouts timeouts(Duration length) {
    return new Timeouts(loop, length.toNanos());
  }

  private Upstream upstream(
      TargetUrls urls,
      String headerHost,
      HttpClientConfig client,
      boolean wholeCall,
      Optional<HealthCheckConfig> healthCheck) {
    HttpClientConfig share = client.share(eventLoops);
    TargetSettings settings =
        new TargetSettings(
            urls.tls(),
            urls.urls().stream()
                .map(url -> new Server(url.host(), url.port(), url.authority()))
                .toList(),
            share.insecureSkipVerify(),
            share.timeout(),
            wholeCall,
            quiet,
            share.idleConnTimeout(),
            share.maxIdleConns(),
            share.maxConns(),
            healthCheck.map(check -> check(check, headerHost)));
    named.add(settings);
    return new Upstream(
        urls.first(),
        headerHost,
        targets.computeIfAbsent(settings, key -> directory.open(loop, key)),
        !client.disableCompression());
  }

  private static HealthCheck check(HealthCheckConfig config, String headerHost) {
    return new HealthCheck(
        config.path(),
        headerHost,
        config.every(),
        config.timeout(),
        config.healthy(),
        config.unhealthy());
  }

  /** Retires each upstream that was not used since the last call. */
  void retireUnnamed() {
    targets
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
