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

/**
 * The catalogue of the gateway's own settings. Each is a flag named by its path in the
 * configuration document. Names, meanings and defaults of canary-router's keys are canary-router's.
 */
public final class Settings {

  private static final Catalogue ALL = new Catalogue();

  private static final boolean STATIC = false;
  private static final boolean DYNAMIC = true;

  static final Flag<String> INSTRUMENTATION_HOST =
      ALL.host("instrumentation.host", "127.0.0.1", "Address of metrics and health.");
  static final Flag<Long> INSTRUMENTATION_PORT =
      ALL.port("instrumentation.port", 8888, "Port of metrics and health; 0 takes a free one.");

  static final Flag<HttpUrl> MAIN_TARGET =
      ALL.url("main-target", DYNAMIC, "URL of the old service.");
  static final Flag<String> MAIN_HEADER_HOST =
      ALL.hostHeader("main-header-host", "Host header sent to main instead of the target's own.");
  static final Flag<HttpUrl> CANARY_TARGET =
      ALL.url("canary-target", DYNAMIC, "URL of the new service.");
  static final Flag<String> CANARY_HEADER_HOST =
      ALL.hostHeader(
          "canary-header-host", "Host header sent to canary instead of the target's own.");
  static final Flag<HttpUrl> SIDECAR_URL =
      ALL.url("sidecar-url", DYNAMIC, "URL of the sidecar that decides.");
  static final Flag<String> SIDECAR_ADDRESS =
      ALL.flag(
          "sidecar-address",
          FlagTypes.matching("[^\\s]{0,200}", "an address of the event bus"),
          "",
          DYNAMIC,
          "Address on the event bus that is asked instead of sidecar-url.");
  static final Flag<Long> MAIN_SIDECAR_STATUS =
      ALL.flag(
          "main-sidecar-status",
          Catalogue.status(),
          204L,
          DYNAMIC,
          "Sidecar status that means main.");
  static final Flag<Long> CANARY_SIDECAR_STATUS =
      ALL.flag(
          "canary-sidecar-status",
          Catalogue.status(),
          200L,
          DYNAMIC,
          "Sidecar status that means canary.");
  static final Flag<SidecarBody> SIDECAR_BODY =
      ALL.flag(
          "sidecar-body",
          FlagTypes.oneOf(SidecarBody.class),
          SidecarBody.FULL,
          DYNAMIC,
          "Whether the sidecar sees the whole request or its head alone.");
  static final Flag<Long> SIDECAR_MAX_BODY =
      ALL.flag(
          "sidecar-max-body",
          FlagTypes.int64(0, 1L << 30),
          8L << 20,
          DYNAMIC,
          "Bytes of a body buffered for the sidecar; a larger one goes to main unasked.");
  static final Flag<Strategy> STRATEGY =
      ALL.flag(
          "strategy",
          FlagTypes.oneOf(Strategy.class),
          null,
          DYNAMIC,
          "Who decides; sidecar if sidecar-url is set, else rollout.");
  static final Flag<Double> ROLLOUT_CANARY =
      ALL.fraction("rollout.canary", "Fraction of assignments that go to canary.");
  static final Flag<Double> ROLLOUT_MAINTENANCE =
      ALL.fraction("rollout.maintenance", "Above 0 the daemon keeps its maintenance file.");
  static final Flag<String> STICKY_HEADER =
      ALL.token(
          "rollout.sticky.header",
          "maxwellsdaemon",
          "Header that a client's assignment is read from, and that upstreams get.");
  static final Flag<String> STICKY_COOKIE =
      ALL.token(
          "rollout.sticky.cookie",
          "maxwellsdaemon",
          "Cookie that a client's assignment is read from, and given back in.");
  static final Flag<String> KEY_HEADER =
      ALL.token(
          "rollout.key-header", "", "Header whose value is hashed to an assignment, if it is set.");
  static final Flag<String> TRIM_PREFIX =
      ALL.flag(
          "trim-prefix",
          FlagTypes.string(),
          "",
          DYNAMIC,
          "Cut off the front of the request path, for main, canary and sidecar alike.");

  static final ClientFlags MAIN_AND_CANARY =
      ClientFlags.of(ALL, "proxy-client.to-main-and-canary", Duration.ofSeconds(5));
  static final ClientFlags TO_SIDECAR =
      ClientFlags.of(ALL, "proxy-client.to-sidecar", Duration.ofSeconds(2));

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
          "Who may set X-Canary and X-Forwarded-For; everybody if not set.");
  static final Flag<Long> MAX_REQUESTS_IN_FLIGHT =
      ALL.limit("max-requests-in-flight", "Beyond it requests get 503 at once; 0 is no limit.");
  static final Flag<Transport> TRANSPORT =
      ALL.flag(
          "transport",
          FlagTypes.oneOf(Transport.class),
          Transport.AUTO,
          STATIC,
          "How sockets are served.");

  static final Flag<LogLevel> LOG_LEVEL =
      ALL.flag(
          "log.level",
          FlagTypes.oneOf(LogLevel.class),
          LogLevel.INFO,
          DYNAMIC,
          "info, or debug to dump each request and response.");
  static final Flag<Boolean> LOG_REQUEST_BODY =
      ALL.bool("log.debug-request-body", DYNAMIC, "Whether dumps hold request bodies.");
  static final Flag<Boolean> LOG_RESPONSE_BODY =
      ALL.bool("log.debug-response-body", DYNAMIC, "Whether dumps hold response bodies.");

  static final Flag<Boolean> DEMO_ENABLED =
      ALL.bool("demo.enabled", STATIC, "Starts a main, a canary and a sidecar to play with.");
  static final Flag<Long> DEMO_MAIN_PORT =
      ALL.port("demo.main-port", 1346, "Port of the demo's main on 127.0.0.1.");
  static final Flag<Long> DEMO_CANARY_PORT =
      ALL.port("demo.canary-port", 1347, "Port of the demo's canary on 127.0.0.1.");
  static final Flag<Long> DEMO_SIDECAR_PORT =
      ALL.port("demo.sidecar-port", 1348, "Port of the demo's sidecar on 127.0.0.1.");

  static final Flag<String> DAEMON_SOCKET =
      ALL.path(
          "daemon.socket",
          null,
          "Unix socket of the daemon; /tmp/maxwells-daemon.sock if the section is there.");
  static final Flag<String> DAEMON_APPLICATION =
      ALL.flag(
          "daemon.application",
          FlagTypes.matching("[^/\\x00]{1,200}", "a name without a slash"),
          "app",
          STATIC,
          "Whose rollout it is: DynamoDB's hash key, the maintenance file, the salt of keys.");
  static final Flag<String> DAEMON_STATE_DIR =
      ALL.path(
          "daemon.state-dir", "/var/lib/maxwells-daemon", "Where the maintenance file is kept.");
  static final Flag<Boolean> DAEMON_KEEP_ALIVE =
      ALL.bool("daemon.keep-alive", STATIC, "Whether a connection may send many lines.");

  static final Flag<String> STATSD_HOST =
      ALL.flag(
          "statsd.host",
          FlagTypes.matching("[A-Za-z0-9.:_%-]{1,255}", "a host name or address"),
          null,
          STATIC,
          "Where DogStatsD listens; 127.0.0.1 if the section is there.");
  static final Flag<Long> STATSD_PORT =
      ALL.flag("statsd.port", FlagTypes.int64(1, 65535), 8125L, STATIC, "UDP port of DogStatsD.");

  /** What the presence of a section alone sets. */
  static final Map<String, Map.Entry<Flag<?>, String>> SWITCHES =
      Map.of(
          "etcd", Map.entry(SourceSettings.ETCD_ENDPOINTS, SourceSettings.DEFAULT_ENDPOINT),
          "daemon", Map.entry(DAEMON_SOCKET, "/tmp/maxwells-daemon.sock"),
          "dynamodb", Map.entry(SourceSettings.DYNAMODB_TABLE, "MaxwellsDaemon"),
          "statsd", Map.entry(STATSD_HOST, "127.0.0.1"));

  private static final Map<String, Flag<?>> BY_NAME = new LinkedHashMap<>(ALL.flags());

  static {
    BY_NAME.putAll(ServerSettings.ALL.flags());
    BY_NAME.putAll(CanarySettings.ALL.flags());
    BY_NAME.putAll(SourceSettings.ALL.flags());
    BY_NAME.putAll(ClusterSettings.ALL.flags());
  }

  private static final FlagRegistry REGISTRY = FlagRegistry.of(BY_NAME.values());

  private Settings() {}

  /** All settings as flags. */
  public static FlagRegistry registry() {
    return REGISTRY;
  }

  /**
   * Whether a flag says where flags come from, or is needed before they do, so that no source but
   * the configuration document can set it.
   */
  public static boolean ofDocumentOnly(String name) {
    return name.startsWith("flags.")
        || name.startsWith("etcd.")
        || name.startsWith("dynamodb.")
        || name.startsWith("demo.")
        || name.startsWith("cluster.")
        || name.startsWith("daemon.")
        || name.equals(ClusterSettings.VERTICLES.name())
        || name.equals(SourceSettings.EXTENSIONS.name())
        || name.equals(TRANSPORT.name());
  }

  /** All settings, by name, in the order of the catalogue. */
  public static Map<String, Flag<?>> byName() {
    return Collections.unmodifiableMap(BY_NAME);
  }

  /** Go's meaning of a timeout of zero is "none"; here it is the longest that can be set. */
  static Duration orLongest(Duration timeout) {
    return timeout.isZero() ? Catalogue.MAX_TIMEOUT : timeout;
  }

  /** Go's meaning of an empty host is "every address". */
  static String orEveryAddress(String host) {
    return host.isEmpty() ? "0.0.0.0" : host;
  }
}
