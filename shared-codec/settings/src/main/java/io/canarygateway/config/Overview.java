package io.canarygateway.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a set of values makes a gateway do, in words for people: the start-up log line and {@code
 * --check} show it. Values that sources may still bring can be missing.
 */
public final class Overview {

  private static final int MOST_ROUTES = 20;

  private Overview() {}

  /**
   * Describes a gateway.
   *
   * @param values the settings of the document
   * @param document the name of the configuration document, which is the lowest source
   * @param clustered whether the process joins other nodes
   * @return {@code listeners}, {@code main}, {@code canary} and {@code strategy} of the default
   *     route, {@code routes} and {@code sources}, in this order; each is one line
   */
  public static Map<String, String> of(FlagValues values, String document, boolean clustered) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("listeners", listeners(values, clustered));
    SortedMap<String, Map<String, String>> routes = RouteTexts.of(values).named();
    if (routes.isEmpty() || values.get(Settings.MAIN_TARGET) != null) {
      lines.put("main", target(values.get(Settings.MAIN_TARGET)));
      lines.put("canary", target(values.get(Settings.CANARY_TARGET)));
      lines.put("strategy", strategy(values));
    }
    if (!routes.isEmpty()) {
      lines.put("routes", routes(values, routes));
    }
    lines.put("sources", sources(values, document));
    return lines;
  }

  private static String listeners(FlagValues values, boolean clustered) {
    Set<VerticleName> verticles = GatewayConfig.verticlesOf(values);
    List<String> listeners = new ArrayList<>();
    if (verticles.contains(VerticleName.PROXY)) {
      ServerConfig server = ServerConfig.of(values);
      listeners.add("clients " + address(server.host(), server.port()));
    }
    if (verticles.contains(VerticleName.METRICS)) {
      InstrumentationConfig instrumentation = InstrumentationConfig.of(values);
      listeners.add("instrumentation " + address(instrumentation.host(), instrumentation.port()));
    }
    DaemonConfig daemon = DaemonConfig.of(values);
    if (daemon.enabled() && verticles.contains(VerticleName.DAEMON)) {
      listeners.add("daemon " + daemon.socket().orElseThrow());
    }
    if (clustered) {
      ClusterConfig cluster = ClusterConfig.of(values);
      listeners.add("nodes " + address(cluster.host(), cluster.port()));
    }
    return listeners.isEmpty() ? "none" : String.join(", ", listeners);
  }

  private static String address(String host, int port) {
    String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return port == 0 ? name + " (any free port)" : name + ":" + port;
  }

  private static String target(@Nullable Object url) {
    return url == null ? "not set; a source has to bring it" : url.toString();
  }

  private static String strategy(FlagValues values) {
    RoutingConfig routing = RoutingConfig.of(values);
    String strategy =
        switch (routing.strategy()) {
          case MAIN -> "main (only X-Canary: true reaches canary)";
          case CANARY -> "canary (all clients)";
          case ROLLOUT -> "rollout (" + rollout(values) + ")";
          case SIDECAR ->
              "sidecar ("
                  + (routing.sidecarAddress().isEmpty()
                      ? target(routing.sidecarUrl())
                      : "event bus address " + routing.sidecarAddress())
                  + ")";
        };
    return routing.canaryEnabled() ? strategy : strategy + ", switched off by canary-enabled";
  }

  private static String rollout(FlagValues values) {
    ReleaseConfig release = ReleaseConfig.of(values);
    if (!release.isSet()) {
      return "canary gets a share of " + values.get(Settings.ROLLOUT_CANARY);
    }
    String shares =
        release.steps().stream()
            .map(step -> Double.toString(step.weight()))
            .collect(Collectors.joining(", "));
    return release.mode() == ReleaseMode.OBSERVE
        ? "release " + release.version() + " observes"
        : "release " + release.version() + " gives canary shares of " + shares;
  }

  private static String routes(FlagValues values, SortedMap<String, Map<String, String>> routes) {
    RouteTexts texts = RouteTexts.of(values);
    String some =
        routes.entrySet().stream()
            .limit(MOST_ROUTES)
            .map(route -> route.getKey() + " " + brief(texts.effective(route.getValue())))
            .collect(Collectors.joining(", "));
    int more = routes.size() - MOST_ROUTES;
    return more > 0 ? some + " and " + more + " more" : some;
  }

  private static String brief(FlagValues route) {
    return route.get(RouteSettings.REDIRECT) != null ? "redirect" : strategy(route);
  }

  /** From the lowest layer to the highest. */
  private static String sources(FlagValues values, String document) {
    List<String> sources = new ArrayList<>();
    sources.add("conf " + document);
    if (!GatewayConfig.verticlesOf(values).contains(VerticleName.FLAG_WATCHER)) {
      sources.add("the flag watcher of another node");
      return String.join(", ", sources);
    }
    FlagsConfig.of(values).directoryIfSet().ifPresent(path -> sources.add("directory " + path));
    EtcdConfig.of(values)
        .ifPresent(
            etcd ->
                sources.add(
                    "etcd "
                        + String.join(
                            " ", etcd.endpoints().stream().map(HttpUrl::toString).toList())
                        + " below "
                        + etcd.prefix()));
    ExtensionsConfig.of(values).settings().keySet().stream()
        .sorted()
        .forEach(name -> sources.add("extension " + name));
    DynamoDbConfig.of(values)
        .ifPresent(
            table -> sources.add("dynamodb table " + table.table() + " in " + table.region()));
    sources.add("jmx");
    return String.join(", ", sources);
  }
}
