package io.canarygateway.proxy;

import io.canarygateway.config.HealthCheckConfig;
import io.canarygateway.config.HttpClientConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.TargetUrls;
import io.canarygateway.config.UpstreamHttp2;
import io.canarygateway.decision.Target;
import io.canarygateway.http.HealthCheck;
import io.canarygateway.http.Http2Mode;
import io.canarygateway.http.Server;
import io.canarygateway.http.TargetSettings;
import io.canarygateway.http.Timeouts;
import io.canarygateway.http.UpstreamDirectory;
import io.canarygateway.http.UpstreamLoop;
import io.canarygateway.http.UpstreamTarget;
import io.canarygateway.message.InterceptedCall;
import io.canarygateway.message.InterceptedCall.Tls;
import io.canarygateway.message.InterceptorServer;
import io.canarygateway.tls.ClientTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The upstreams of one event loop, with their connections. An upstream is kept while a snapshot has
 * the same settings for it, and retired otherwise. Confined to that event loop.
 */
final class UpstreamTargets {

  private static final String LOOPBACK = "127.0.0.1";

  private final UpstreamLoop loop;
  private final UpstreamDirectory directory;
  private final Duration quiet;
  private final int eventLoops;
  private final Map<TargetSettings, UpstreamTarget> targets = new HashMap<>();
  private final Set<TargetSettings> named = new HashSet<>();

  /** What was named since {@link #beginNaming}. */
  private List<TargetSettings> naming = new ArrayList<>();

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
            servers(urls),
            share.insecureSkipVerify(),
            share.timeout(),
            wholeCall,
            quiet,
            share.idleConnTimeout(),
            share.maxIdleConns(),
            share.maxConns(),
            healthCheck.map(check -> check(check, headerHost)),
            share.tls(),
            mode(share.http2()));
    name(settings);
    return new Upstream(
        urls.first(), headerHost, target(settings), !client.disableCompression(), null);
  }

  /**
   * The same upstream behind interceptors. The gateway does not ask for gzip on behalf of clients
   * then, because interceptors are to see bodies as they are.
   *
   * @param server the server that runs the interceptors
   * @param route the route, which names the interceptors
   * @param target whether the upstream is main or canary
   */
  Upstream through(
      InterceptorServer server,
      RouteConfig route,
      Target target,
      TargetUrls urls,
      Upstream direct) {
    HttpClientConfig client = route.upstreamClient();
    HttpClientConfig share = client.share(eventLoops);
    List<Server> servers = servers(urls);
    TargetSettings settings =
        new TargetSettings(
            false,
            List.of(new Server(LOOPBACK, server.port(), servers.get(0).authority())),
            false,
            share.timeout(),
            false,
            quiet,
            share.idleConnTimeout(),
            share.maxIdleConns(),
            share.maxConns(),
            Optional.empty());
    name(settings);
    InterceptedCall call =
        new InterceptedCall(
            route.name(),
            target.label(),
            route.filters().interceptors(),
            !urls.tls()
                ? Tls.OFF
                : client.insecureSkipVerify() ? Tls.ANY_CERTIFICATE : Tls.VERIFIED,
            files(client.tls()),
            client.timeout(),
            client.idleConnTimeout(),
            client.maxConns(),
            servers.stream()
                .map(
                    each ->
                        new InterceptedCall.Address(each.host(), "", each.port(), each.authority()))
                .toList());
    return new Upstream(
        direct.url(),
        direct.hostHeader(),
        direct.target(),
        false,
        new Interception(server, target(settings), direct.target().endpoints(), servers, call));
  }

  private static InterceptedCall.TlsFiles files(ClientTls tls) {
    return new InterceptedCall.TlsFiles(
        tls.caFile().map(Path::toString).orElse(""),
        tls.key().map(pair -> pair.certFile().toString()).orElse(""),
        tls.key().map(pair -> pair.keyFile().toString()).orElse(""),
        tls.serverName());
  }

  private UpstreamTarget target(TargetSettings settings) {
    return targets.computeIfAbsent(settings, key -> directory.open(loop, key));
  }

  private static List<Server> servers(TargetUrls urls) {
    return urls.urls().stream()
        .map(url -> new Server(url.host(), url.port(), url.authority()))
        .toList();
  }

  private static Http2Mode mode(UpstreamHttp2 http2) {
    return switch (http2) {
      case OFF -> Http2Mode.OFF;
      case AUTO -> Http2Mode.AUTO;
      case ON -> Http2Mode.ON;
    };
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

  private void name(TargetSettings settings) {
    named.add(settings);
    naming.add(settings);
  }

  /** Begins to remember which upstreams are named. */
  void beginNaming() {
    naming = new ArrayList<>();
  }

  /** The upstreams named since {@link #beginNaming}. */
  List<TargetSettings> namedSince() {
    return naming;
  }

  /** Names upstreams again, whose plan is kept. */
  void nameAgain(List<TargetSettings> upstreams) {
    named.addAll(upstreams);
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
