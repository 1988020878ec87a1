package io.canarygateway.config;

import io.canarygateway.decision.Strategy;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The catalogue of the gateway's own settings. Each setting is a flag, and its name is its path in
 * the configuration document. canary-router's keys keep their names, meanings and defaults.
 *
 * <p>The usage texts are shown on {@code /debug/flagz} and make up the tables of {@code
 * conf/README.md}.
 */
public final class Settings {

  private static final Catalogue ALL = new Catalogue();

  private static final boolean STATIC = false;
  private static final boolean DYNAMIC = true;

  static final Flag<TargetUrls> MAIN_TARGET =
      ALL.target("main-target", "URL of the old service; required." + Catalogue.TARGET_USAGE);
  static final Flag<String> MAIN_HEADER_HOST =
      ALL.hostHeader("main-header-host", "Host header that main gets. Not set: the target's host.");
  static final Flag<TargetUrls> CANARY_TARGET =
      ALL.target("canary-target", "URL of the new service; required." + Catalogue.TARGET_USAGE);
  static final Flag<String> CANARY_HEADER_HOST =
      ALL.hostHeader(
          "canary-header-host", "Host header that canary gets. Not set: the target's host.");
  static final Flag<HttpUrl> SIDECAR_URL =
      ALL.url(
          "sidecar-url",
          DYNAMIC,
          "URL of the sidecar, which is asked about each request. The request's path and query are"
              + " appended.");
  static final Flag<String> SIDECAR_ADDRESS =
      ALL.flag(
          "sidecar-address",
          FlagTypes.matching("[^\\s]{0,200}", "an address of the event bus"),
          "",
          DYNAMIC,
          "Event-bus address of a sidecar verticle, which is asked instead of sidecar-url.");
  static final Flag<Long> MAIN_SIDECAR_STATUS =
      ALL.flag(
          "main-sidecar-status",
          Catalogue.status(),
          204L,
          DYNAMIC,
          "Status by which the sidecar chooses main. So does any status but"
              + " canary-sidecar-status.");
  static final Flag<Long> CANARY_SIDECAR_STATUS =
      ALL.flag(
          "canary-sidecar-status",
          Catalogue.status(),
          200L,
          DYNAMIC,
          "Status by which the sidecar chooses canary.");
  static final Flag<SidecarBody> SIDECAR_BODY =
      ALL.flag(
          "sidecar-body",
          FlagTypes.oneOf(SidecarBody.class),
          SidecarBody.FULL,
          DYNAMIC,
          "full: the sidecar gets the whole request. none: it gets the head only, and bodies stream"
              + " to the target.");
  static final Flag<Long> SIDECAR_MAX_BODY =
      ALL.flag(
          "sidecar-max-body",
          FlagTypes.int64(0, 1L << 30),
          8L << 20,
          DYNAMIC,
          "Most bytes of a body that are buffered for the sidecar. A request with a larger body goes"
              + " to main without asking.");
  static final Flag<Strategy> STRATEGY =
      ALL.flag(
          "strategy",
          FlagTypes.oneOf(Strategy.class),
          null,
          DYNAMIC,
          "How requests without X-Canary are decided. Not set: sidecar if sidecar-url or"
              + " sidecar-address is set, else rollout if anything of rollout, dynamodb,"
              + " release.version or a socket of the daemon is set, else main.");
  static final Flag<Double> ROLLOUT_CANARY =
      ALL.fraction(
          "rollout.canary",
          "Share of clients that go to canary, such as 0.1 for 10 %. Raising it moves no client back"
              + " to main.");
  static final Flag<Double> ROLLOUT_MAINTENANCE =
      ALL.fraction(
          "rollout.maintenance",
          "While above 0, the daemon keeps the file maintenance/APPLICATION in daemon.state-dir.");
  static final Flag<String> STICKY_HEADER =
      ALL.token(
          "rollout.sticky.header",
          "maxwellsdaemon",
          "Header that a client's assignment is read from, before the cookie. Upstreams get it too.");
  static final Flag<String> STICKY_COOKIE =
      ALL.token(
          "rollout.sticky.cookie",
          "maxwellsdaemon",
          "Cookie that a client's assignment is read from. New clients get it.");
  static final Flag<String> KEY_HEADER =
      ALL.token(
          "rollout.key-header",
          "",
          "Header whose value is hashed to an assignment (murmur3, salted with daemon.application),"
              + " such as one with a user's id. Comes before cookie and header.");
  static final Flag<String> TRIM_PREFIX =
      ALL.flag(
          "trim-prefix",
          FlagTypes.string(),
          "",
          DYNAMIC,
          "Text that is removed from the front of request paths, for main, canary and sidecar. It is"
              + " text, not path segments: /api also turns /apix into /x.");

  static final ClientFlags MAIN_AND_CANARY =
      ClientFlags.of(
          ALL,
          "proxy-client.to-main-and-canary",
          Duration.ofSeconds(5),
          "Longest wait for a connection, and from the request's end to the response's head.");
  static final Flag<UpstreamHttp2> UPSTREAM_HTTP2 =
      ALL.flag(
          "proxy-client.to-main-and-canary.http2",
          FlagTypes.oneOf(UpstreamHttp2.class),
          UpstreamHttp2.OFF,
          DYNAMIC,
          "off: HTTP/1.1. auto: HTTP/2 if an https target chooses it by ALPN. on: HTTP/2, without"
              + " asking an http target, and required of an https target.");
  static final ClientFlags TO_SIDECAR =
      ClientFlags.of(
          ALL,
          "proxy-client.to-sidecar",
          Duration.ofSeconds(2),
          "Longest wait for the sidecar's answer, including the wait for a connection.");

  static final Flag<List<Cidr>> TRUSTED_PROXIES =
      ALL.flag(
          "trusted-proxies",
          FlagTypes.listOf(
              FlagTypes.of(
                  "cidr",
                  FlagType.JsonForm.STRING,
                  "an address range such as 10.0.0.0/8",
                  Cidr::parse,
                  Cidr::toString)),
          null,
          DYNAMIC,
          "Addresses whose X-Canary, assignment header, key header, X-Forwarded-*, Forwarded and"
              + " X-Real-IP count; others' are removed. With tracing, so are others' traceparent and"
              + " tracestate. Not set: every address.");
  static final Flag<Long> MAX_REQUESTS_IN_FLIGHT =
      ALL.limit(
          "max-requests-in-flight",
          "Most requests that run at the same time; further ones get 503. 0: no limit.");
  static final Flag<Transport> TRANSPORT =
      ALL.flag(
          "transport",
          FlagTypes.oneOf(Transport.class),
          Transport.AUTO,
          STATIC,
          "Implementation of sockets. auto: the fastest that works here, tried by a transfer over"
              + " loopback.");

  static final Flag<LogLevel> LOG_LEVEL =
      ALL.flag(
          "log.level",
          FlagTypes.oneOf(LogLevel.class),
          LogLevel.INFO,
          DYNAMIC,
          "debug also logs the head of each request and response, with secrets masked.");
  static final Flag<Boolean> LOG_REQUEST_BODY =
      ALL.bool(
          "log.debug-request-body",
          DYNAMIC,
          "true: with log.level debug, the first 16 KiB of each request body are logged too.");
  static final Flag<Boolean> LOG_RESPONSE_BODY =
      ALL.bool(
          "log.debug-response-body",
          DYNAMIC,
          "true: with log.level debug, the first 16 KiB of each response body are logged too.");

  /** The setting that the presence of a section turns on, and its value. */
  static final Map<String, Map.Entry<Flag<?>, String>> SWITCHES =
      Map.of(
          "etcd", Map.entry(SourceSettings.ETCD_ENDPOINTS, SourceSettings.DEFAULT_ENDPOINT),
          "daemon", Map.entry(DaemonSettings.SOCKET, "/tmp/maxwells-daemon.sock"),
          "dynamodb", Map.entry(SourceSettings.DYNAMODB_TABLE, "MaxwellsDaemon"),
          "statsd", Map.entry(DaemonSettings.STATSD_HOST, "127.0.0.1"));

  private static final Map<String, Flag<?>> BY_NAME = new LinkedHashMap<>(ALL.flags());

  static {
    BY_NAME.putAll(DemoSettings.ALL.flags());
    BY_NAME.putAll(DaemonSettings.ALL.flags());
    BY_NAME.putAll(ServerSettings.ALL.flags());
    BY_NAME.putAll(AdminSettings.ALL.flags());
    BY_NAME.putAll(AccessLogSettings.ALL.flags());
    BY_NAME.putAll(TracingSettings.ALL.flags());
    BY_NAME.putAll(CanarySettings.ALL.flags());
    BY_NAME.putAll(HealthCheckSettings.ALL.flags());
    BY_NAME.putAll(RouteSettings.ALL.flags());
    BY_NAME.putAll(ReleaseSettings.ALL.flags());
    BY_NAME.putAll(ReleaseSettings.OF_PROCESS.flags());
    BY_NAME.putAll(SourceSettings.ALL.flags());
    BY_NAME.putAll(ClusterSettings.ALL.flags());
  }

  /** The sections and keys of the top level that a route may have, too. */
  private static final Set<String> OF_ROUTES =
      Set.of(
          "main-target",
          "main-header-host",
          "canary-target",
          "canary-header-host",
          "strategy",
          "main-sidecar-status",
          "canary-sidecar-status",
          "sidecar-url",
          "sidecar-address",
          "sidecar-body",
          "sidecar-max-body",
          "trim-prefix",
          "rollout",
          "circuit-breaker",
          "proxy-client.to-main-and-canary",
          "canary-enabled",
          "x-canary",
          "health-check");

  private static final RouteFlags ROUTES = RouteFlags.of(ofRoutes());
  private static final FlagRegistry REGISTRY = FlagRegistry.of(BY_NAME.values()).with(ROUTES);

  private Settings() {}

  private static Map<String, Flag<?>> ofRoutes() {
    Map<String, Flag<?>> found = new LinkedHashMap<>();
    BY_NAME.forEach(
        (name, flag) -> {
          if (RouteSettings.ALL.flags().containsKey(name)
              || ReleaseSettings.ALL.flags().containsKey(name)
              || OF_ROUTES.stream()
                  .anyMatch(key -> name.equals(key) || name.startsWith(key + "."))) {
            found.put(name, flag);
          }
        });
    return found;
  }

  /** {@return the keys of a route as flags, by their name below {@code routes.NAME}} */
  public static Map<String, Flag<?>> ofRoute() {
    return ROUTES.keys();
  }

  /**
   * The route that a flag belongs to.
   *
   * @param flag the name of any flag
   * @return the route's name; empty if the flag belongs to none
   */
  public static Optional<String> routeOf(String flag) {
    return Optional.ofNullable(RouteFlags.routeOf(flag));
  }

  /**
   * The flag that holds a whole route.
   *
   * @param route the route's name
   * @return {@code routes.NAME}
   */
  public static String wholeOf(String route) {
    return RouteFlags.PREFIX + route;
  }

  /**
   * The flag that makes a route exist.
   *
   * @param route the route's name
   * @return {@code routes.NAME.match}
   */
  public static String matchOf(String route) {
    return RouteFlags.PREFIX + route + "." + RouteSettings.MATCH.name();
  }

  /**
   * The flag that names the application of a route.
   *
   * @param route the route's name
   * @return {@code routes.NAME.application}
   */
  public static String applicationOf(String route) {
    return RouteFlags.PREFIX + route + "." + RouteSettings.APPLICATION.name();
  }

  /**
   * The flag that starts the release of a route.
   *
   * @param route the route's name; empty for the default route
   * @return {@code release.version} or {@code routes.NAME.release.version}
   */
  public static String releaseVersionOf(String route) {
    return ofRoute(route, ReleaseSettings.VERSION);
  }

  /**
   * The flag that holds canary's share of clients.
   *
   * @param route the route's name; empty for the default route
   * @return {@code rollout.canary} or {@code routes.NAME.rollout.canary}
   */
  public static String rolloutCanaryOf(String route) {
    return ofRoute(route, ROLLOUT_CANARY);
  }

  private static String ofRoute(String route, Flag<?> flag) {
    return route.isEmpty() ? flag.name() : RouteFlags.PREFIX + route + "." + flag.name();
  }

  /** {@return all settings as flags} */
  public static FlagRegistry registry() {
    return REGISTRY;
  }

  /**
   * Checks whether only the configuration document can set a flag. Such flags configure the other
   * sources, or are needed before those are read.
   *
   * @param name the flag's name
   * @return whether all other sources are refused
   */
  public static boolean ofDocumentOnly(String name) {
    return name.startsWith("flags.")
        || name.startsWith("etcd.")
        || name.startsWith("dynamodb.")
        || name.startsWith("demo.") && !name.equals(DemoSettings.CANARY_FAILURE_RATE.name())
        || name.startsWith("cluster.")
        || name.startsWith("daemon.")
        || name.startsWith("admin.")
        || ServerSettings.ALL_TLS.stream().anyMatch(tls -> name.startsWith(tls.section() + "."))
        || name.equals(ReleaseSettings.STATE_DIR.name())
        || name.equals(AccessLogSettings.FILE.name())
        || name.equals(ClusterSettings.VERTICLES.name())
        || name.equals(SourceSettings.EXTENSIONS.name())
        || name.equals(TRANSPORT.name());
  }

  /** {@return all settings by name, in the order of the catalogue} */
  public static Map<String, Flag<?>> byName() {
    return Collections.unmodifiableMap(BY_NAME);
  }

  /** In Go a timeout of zero means "none". Here it becomes the longest one that can be set. */
  static Duration orLongest(Duration timeout) {
    return timeout.isZero() ? Catalogue.MAX_TIMEOUT : timeout;
  }

  /** In Go an empty host means "every address". */
  static String orEveryAddress(String host) {
    return host.isEmpty() ? "0.0.0.0" : host;
  }
}
