package io.canarygateway.config;

import io.canarygateway.decision.Strategy;
import io.canarygateway.flags.Flag;
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

  private static final Map<String, Flag<?>> BY_NAME = new LinkedHashMap<>();

  private static final Duration MAX_TIMEOUT = Duration.ofDays(1);
  private static final boolean STATIC = false;
  private static final boolean DYNAMIC = true;

  static final Flag<String> SERVER_HOST =
      host("router-server.host", "127.0.0.1", "Address that clients connect to.");
  static final Flag<Long> SERVER_PORT =
      port("router-server.port", 1345, "Port that clients connect to; 0 takes a free one.");
  static final Flag<Duration> READ_TIMEOUT =
      timeout(
          "router-server.read-timeout",
          STATIC,
          Duration.ofSeconds(5),
          "How long a client may take for a request's head, and between two parts of its body.");
  static final Flag<Duration> WRITE_TIMEOUT =
      timeout(
          "router-server.write-timeout",
          STATIC,
          Duration.ofSeconds(15),
          "How long a client may leave a response unread.");
  static final Flag<Duration> IDLE_TIMEOUT =
      timeout(
          "router-server.idle-timeout",
          STATIC,
          Duration.ofSeconds(120),
          "How long a kept-alive connection may be idle, and a response without progress.");
  static final Flag<Duration> DRAIN_TIMEOUT =
      flag(
          "router-server.drain-timeout",
          FlagTypes.duration(Duration.ZERO, Duration.ofMinutes(1)),
          Duration.ofSeconds(10),
          STATIC,
          "How long requests in flight may take to finish when the process stops.");

  static final Flag<String> INSTRUMENTATION_HOST =
      host("instrumentation.host", "127.0.0.1", "Address of metrics and health.");
  static final Flag<Long> INSTRUMENTATION_PORT =
      port("instrumentation.port", 8888, "Port of metrics and health; 0 takes a free one.");

  static final Flag<HttpUrl> MAIN_TARGET = url("main-target", "URL of the old service.");
  static final Flag<String> MAIN_HEADER_HOST =
      hostHeader("main-header-host", "Host header sent to main instead of the target's own.");
  static final Flag<HttpUrl> CANARY_TARGET = url("canary-target", "URL of the new service.");
  static final Flag<String> CANARY_HEADER_HOST =
      hostHeader("canary-header-host", "Host header sent to canary instead of the target's own.");
  static final Flag<HttpUrl> SIDECAR_URL = url("sidecar-url", "URL of the sidecar that decides.");
  static final Flag<Long> MAIN_SIDECAR_STATUS =
      flag("main-sidecar-status", status(), 204L, DYNAMIC, "Sidecar status that means main.");
  static final Flag<Long> CANARY_SIDECAR_STATUS =
      flag("canary-sidecar-status", status(), 200L, DYNAMIC, "Sidecar status that means canary.");
  static final Flag<SidecarBody> SIDECAR_BODY =
      flag(
          "sidecar-body",
          FlagTypes.oneOf(SidecarBody.class),
          SidecarBody.FULL,
          DYNAMIC,
          "Whether the sidecar sees the whole request or its head alone.");
  static final Flag<Long> SIDECAR_MAX_BODY =
      flag(
          "sidecar-max-body",
          FlagTypes.int64(0, 1L << 30),
          8L << 20,
          DYNAMIC,
          "Bytes of a body buffered for the sidecar; a larger one goes to main unasked.");
  static final Flag<Strategy> STRATEGY =
      flag(
          "strategy",
          FlagTypes.oneOf(Strategy.class),
          null,
          DYNAMIC,
          "Who decides; sidecar if sidecar-url is set, else main.");
  static final Flag<String> TRIM_PREFIX =
      flag(
          "trim-prefix",
          FlagTypes.string(),
          "",
          DYNAMIC,
          "Cut off the front of the request path, for main, canary and sidecar alike.");

  static final Flag<Long> REQUEST_LIMIT =
      limit(
          "circuit-breaker.request-limit-canary", "Requests that may go to canary; 0 is no limit.");
  static final Flag<Long> ERROR_LIMIT =
      limit(
          "circuit-breaker.error-limit-canary",
          "Canary errors after which all goes to main; 0 is no limit.");

  static final ClientFlags MAIN_AND_CANARY =
      new ClientFlags("proxy-client.to-main-and-canary", Duration.ofSeconds(5));
  static final ClientFlags TO_SIDECAR =
      new ClientFlags("proxy-client.to-sidecar", Duration.ofSeconds(2));

  static final Flag<List<Cidr>> TRUSTED_PROXIES =
      flag(
          "trusted-proxies",
          FlagTypes.listOf(
              FlagTypes.of(
                  FlagType.JsonForm.STRING,
                  "an address range such as 10.0.0.0/8",
                  Cidr::parse,
                  Cidr::toString)),
          null,
          DYNAMIC,
          "Who may set X-Canary and X-Forwarded-For; everybody if not set.");
  static final Flag<Long> MAX_REQUESTS_IN_FLIGHT =
      limit("max-requests-in-flight", "Beyond it requests get 503 at once; 0 is no limit.");
  static final Flag<Transport> TRANSPORT =
      flag(
          "transport",
          FlagTypes.oneOf(Transport.class),
          Transport.AUTO,
          STATIC,
          "How sockets are served.");

  static final Flag<LogLevel> LOG_LEVEL =
      flag(
          "log.level",
          FlagTypes.oneOf(LogLevel.class),
          LogLevel.INFO,
          DYNAMIC,
          "info, or debug to dump each request and response.");
  static final Flag<Boolean> LOG_REQUEST_BODY =
      bool("log.debug-request-body", DYNAMIC, "Whether dumps hold request bodies.");
  static final Flag<Boolean> LOG_RESPONSE_BODY =
      bool("log.debug-response-body", DYNAMIC, "Whether dumps hold response bodies.");

  static final Flag<Boolean> DEMO_ENABLED =
      bool("demo.enabled", STATIC, "Starts a main, a canary and a sidecar to play with.");
  static final Flag<Long> DEMO_MAIN_PORT =
      port("demo.main-port", 1346, "Port of the demo's main on 127.0.0.1.");
  static final Flag<Long> DEMO_CANARY_PORT =
      port("demo.canary-port", 1347, "Port of the demo's canary on 127.0.0.1.");
  static final Flag<Long> DEMO_SIDECAR_PORT =
      port("demo.sidecar-port", 1348, "Port of the demo's sidecar on 127.0.0.1.");

  /** Everything that listens. */
  static final List<Listener> LISTENERS =
      List.of(
          new Listener(SERVER_HOST, SERVER_PORT),
          new Listener(INSTRUMENTATION_HOST, INSTRUMENTATION_PORT),
          new Listener(null, DEMO_MAIN_PORT),
          new Listener(null, DEMO_CANARY_PORT),
          new Listener(null, DEMO_SIDECAR_PORT));

  private Settings() {}

  /**
   * The settings of one listener.
   *
   * @param host its address; null for the demo's, which are on 127.0.0.1
   * @param port its port
   */
  record Listener(Flag<String> host, Flag<Long> port) {

    boolean isUsed(FlagValues values) {
      return host != null || values.get(DEMO_ENABLED);
    }

    String hostIn(FlagValues values) {
      return host == null ? "127.0.0.1" : values.get(host);
    }
  }

  /** All settings, by name, in the order of the catalogue. */
  public static Map<String, Flag<?>> byName() {
    return Collections.unmodifiableMap(BY_NAME);
  }

  /** The settings of one HTTP client; both clients have the same. */
  static final class ClientFlags {

    final Flag<Duration> timeout;
    final Flag<Long> maxIdleConns;
    final Flag<Long> maxConns;
    final Flag<Duration> idleConnTimeout;
    final Flag<Boolean> disableCompression;
    final Flag<Boolean> insecureSkipVerify;

    private ClientFlags(String section, Duration defaultTimeout) {
      timeout =
          Settings.timeout(
              section + ".timeout",
              DYNAMIC,
              defaultTimeout,
              "How long to wait for a connection, and for the response's head.");
      maxIdleConns =
          flag(
              section + ".max-idle-conns",
              FlagTypes.int64(0, 1_000_000),
              1000L,
              DYNAMIC,
              "Idle connections kept; 0 is no limit of its own.");
      maxConns =
          flag(
              section + ".max-conns",
              FlagTypes.int64(1, 60_000),
              10_000L,
              DYNAMIC,
              "Connections at most; beyond them as many requests again wait for a place.");
      idleConnTimeout =
          Settings.timeout(
              section + ".idle-conn-timeout",
              DYNAMIC,
              Duration.ofSeconds(30),
              "How long an idle connection is kept.");
      disableCompression =
          bool(
              section + ".disable-compression",
              DYNAMIC,
              "Whether gzip is not asked for on behalf of clients that did not ask for it.");
      insecureSkipVerify =
          bool(
              section + ".tls.insecure-skip-verify",
              DYNAMIC,
              "Whether any certificate is accepted.");
    }
  }

  private static <T> Flag<T> flag(
      String name, FlagType<T> type, T defaultValue, boolean dynamic, String usage) {
    Flag<T> flag = new Flag<>(name, type, defaultValue, dynamic, usage);
    BY_NAME.put(name, flag);
    return flag;
  }

  private static Flag<String> host(String name, String defaultValue, String usage) {
    return flag(
        name,
        matching("[A-Za-z0-9.:_%-]{0,255}", "a host name or address"),
        defaultValue,
        STATIC,
        usage);
  }

  /** Go's meaning of a timeout of zero is "none"; here it is the longest that can be set. */
  static Duration orLongest(Duration timeout) {
    return timeout.isZero() ? MAX_TIMEOUT : timeout;
  }

  /** Go's meaning of an empty host is "every address". */
  static String orEveryAddress(String host) {
    return host.isEmpty() ? "0.0.0.0" : host;
  }

  private static Flag<String> hostHeader(String name, String usage) {
    return flag(
        name,
        matching(
            "([A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])?(:[0-9]{1,5})?",
            "a host with an optional port"),
        "",
        DYNAMIC,
        usage);
  }

  private static Flag<Long> port(String name, long defaultValue, String usage) {
    return flag(name, FlagTypes.int64(0, 65535), defaultValue, STATIC, usage);
  }

  private static Flag<HttpUrl> url(String name, String usage) {
    FlagType<HttpUrl> type =
        FlagTypes.of(FlagType.JsonForm.STRING, HttpUrl.EXPECTED, HttpUrl::parse, HttpUrl::toString);
    return flag(name, type, null, DYNAMIC, usage);
  }

  private static Flag<Duration> timeout(
      String name, boolean dynamic, Duration defaultValue, String usage) {
    return flag(name, FlagTypes.duration(Duration.ZERO, MAX_TIMEOUT), defaultValue, dynamic, usage);
  }

  private static Flag<Long> limit(String name, String usage) {
    return flag(name, FlagTypes.int64(0, Long.MAX_VALUE), 0L, DYNAMIC, usage);
  }

  private static Flag<Boolean> bool(String name, boolean dynamic, String usage) {
    return flag(name, FlagTypes.bool(), false, dynamic, usage);
  }

  private static FlagType<Long> status() {
    return FlagTypes.int64(100, 599);
  }

  private static FlagType<String> matching(String regex, String expected) {
    return FlagTypes.of(
        FlagType.JsonForm.STRING,
        expected,
        text -> {
          if (!text.matches(regex)) {
            throw new IllegalArgumentException(text);
          }
          return text;
        },
        text -> text);
  }
}
