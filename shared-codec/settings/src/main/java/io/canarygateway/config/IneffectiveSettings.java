package io.canarygateway.config;

import io.canarygateway.decision.Strategy;
import io.canarygateway.flags.Flag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds settings that are valid but do nothing, because another setting keeps the gateway from
 * using them. A setting that has its default value is never reported.
 */
public final class IneffectiveSettings {

  /**
   * A setting without effect.
   *
   * @param key the setting, or the section if several of its settings are meant
   * @param reason which setting is in the way
   */
  public record Ineffective(String key, String reason) {

    @Override
    public String toString() {
      return key + " has no effect: " + reason;
    }
  }

  /** With more routes, each setting is taken to have an effect in one of them. */
  private static final int MOST_ROUTES = 50;

  private static final String REDIRECTED = "the route redirects every request";

  private final FlagValues values;
  private final boolean clustered;
  private final RoutingConfig routing;
  private final boolean daemon;

  /** Whether a route has a daemon of its own. */
  private final boolean routeDaemon;

  private final boolean dynamoDb;
  private final boolean extensions;
  private final List<Ineffective> found = new ArrayList<>();

  private IneffectiveSettings(FlagValues values, boolean clustered) {
    this.values = values;
    this.clustered = clustered;
    routing = RoutingConfig.of(values);
    daemon = DaemonConfig.of(values).enabled();
    routeDaemon =
        RouteTexts.of(values).named().values().stream()
            .anyMatch(own -> own.containsKey(RouteSettings.DAEMON_SOCKET.name()));
    dynamoDb = DynamoDbConfig.of(values).isPresent();
    extensions = !ExtensionsConfig.of(values).settings().isEmpty();
  }

  /**
   * Looks at all settings.
   *
   * @param values valid one by one
   * @param clustered whether the process joins other nodes
   * @return in a fixed order; empty if every setting counts
   */
  public static List<Ineffective> of(FlagValues values, boolean clustered) {
    IneffectiveSettings settings = new IneffectiveSettings(values, clustered);
    settings.checkDecisions();
    settings.leaveOutInherited();
    settings.checkReleases();
    settings.checkRedirects();
    settings.checkSections();
    settings.checkOthers();
    return List.copyOf(settings.found);
  }

  /** Looks at the settings that decide about requests, which routes inherit. */
  private void checkDecisions() {
    checkRollout();
    checkSidecar();
    checkBreaker();
    checkCanary();
    checkRateLimit();
  }

  /** Leaves out what has an effect in a route that inherits it. */
  private void leaveOutInherited() {
    if (found.isEmpty()) {
      return;
    }
    RouteTexts texts = RouteTexts.of(values);
    if (texts.named().size() > MOST_ROUTES) {
      found.clear();
      return;
    }
    for (Map<String, String> own : texts.named().values()) {
      IneffectiveSettings route = new IneffectiveSettings(texts.effective(own), clustered);
      route.checkDecisions();
      Set<String> without = route.found.stream().map(Ineffective::key).collect(Collectors.toSet());
      found.removeIf(one -> !own.containsKey(one.key()) && !without.contains(one.key()));
    }
  }

  /** A redirect is the answer to every request of its route, so no limit is asked before it. */
  private void checkRateLimit() {
    if (redirects()) {
      report(REDIRECTED, RouteSettings.RATE_LIMIT);
    } else if (routing.mainTarget() == null) {
      report("there is no main-target", RouteSettings.RATE_LIMIT);
    }
  }

  private boolean redirects() {
    return RouteSettings.value(values, RouteSettings.REDIRECT).isPresent();
  }

  /** Looks at the limits that routes with a redirect have of their own. */
  private void checkRedirects() {
    String limit = RouteSettings.RATE_LIMIT.name();
    RouteTexts.of(values)
        .named()
        .forEach(
            (route, own) -> {
              if (own.containsKey(limit) && own.containsKey(RouteSettings.REDIRECT.name())) {
                add(RouteFlags.PREFIX + route + "." + limit, REDIRECTED);
              }
            });
  }

  /** No route inherits a release, so each is looked at by itself. */
  private void checkReleases() {
    RouteTexts texts = RouteTexts.of(values);
    for (ReleasedRoute release : ReleasedRoute.of(values)) {
      IneffectiveSettings route =
          release.route().isEmpty()
              ? this
              : new IneffectiveSettings(
                  texts.effective(Objects.requireNonNull(texts.named().get(release.route()))),
                  clustered);
      String reason = route.withoutRelease();
      if (!reason.isEmpty()) {
        add(Settings.releaseVersionOf(release.route()), reason);
      }
    }
  }

  /** Why a release of this route does nothing; empty if it does something. */
  private String withoutRelease() {
    if (redirects()) {
      return REDIRECTED;
    }
    if (routing.mainTarget() == null || routing.canaryTarget() == null) {
      return "there is no main-target and canary-target";
    }
    return routing.strategy() == Strategy.ROLLOUT ? "" : decider();
  }

  /**
   * The proxy needs them for strategy rollout; the daemon also answers by them beside a sidecar.
   */
  private void checkRollout() {
    Strategy strategy = routing.strategy();
    if (strategy != Strategy.ROLLOUT) {
      boolean daemonUses = daemon && strategy == Strategy.SIDECAR;
      if (!daemonUses) {
        report(decider(), Settings.ROLLOUT_CANARY);
      }
      report(decider(), Settings.KEY_HEADER, Settings.STICKY_HEADER, Settings.STICKY_COOKIE);
      if (dynamoDb && !daemon) {
        add("dynamodb", decider());
      }
    }
    if (!daemon) {
      report("the section daemon is missing", Settings.ROLLOUT_MAINTENANCE);
    }
  }

  /** Which setting makes the strategy what it is. */
  private String decider() {
    if (routing.explicitStrategy()) {
      return "strategy is " + routing.strategy().name().toLowerCase(Locale.ROOT);
    }
    return routing.strategy() == Strategy.SIDECAR
        ? (routing.sidecarUrl() == null ? "sidecar-address" : "sidecar-url")
            + " is set, so the sidecar decides"
        : "no strategy is set";
  }

  private void checkSidecar() {
    if (routing.strategy() == Strategy.SIDECAR) {
      if (routing.sidecarBody() == SidecarBody.NONE) {
        report("sidecar-body is none", Settings.SIDECAR_MAX_BODY);
      }
      return;
    }
    report(decider(), Settings.SIDECAR_URL, Settings.SIDECAR_ADDRESS);
    if (routing.sidecarUrl() == null && routing.sidecarAddress().isEmpty()) {
      String reason = "there is no sidecar-url";
      report(
          reason,
          Settings.MAIN_SIDECAR_STATUS,
          Settings.CANARY_SIDECAR_STATUS,
          Settings.SIDECAR_BODY,
          Settings.SIDECAR_MAX_BODY);
      ClientFlags client = Settings.TO_SIDECAR;
      reportSection(
          "proxy-client.to-sidecar",
          reason,
          client.timeout(),
          client.maxIdleConns(),
          client.maxConns(),
          client.idleConnTimeout(),
          client.disableCompression(),
          client.insecureSkipVerify(),
          client.caFile(),
          client.certFile(),
          client.keyFile(),
          client.serverName());
    }
  }

  private void checkBreaker() {
    boolean requestLimit = isSet(CanarySettings.REQUEST_LIMIT);
    boolean errorLimit = isSet(CanarySettings.ERROR_LIMIT);
    if (routing.strategy() == Strategy.MAIN) {
      report(
          decider() + ", so only X-Canary sends requests to canary, which no limit holds back",
          CanarySettings.REQUEST_LIMIT,
          CanarySettings.ERROR_LIMIT);
    }
    if (!errorLimit) {
      report("circuit-breaker.error-limit-canary is not set", CanarySettings.ERROR_STATUSES);
    }
    if (!requestLimit && !errorLimit) {
      report(
          "no limit of circuit-breaker is set", CanarySettings.WINDOW, CanarySettings.GENERATION);
    }
  }

  private void checkCanary() {
    boolean noTrust = routing.xCanary() == XCanary.TRUSTED && routing.trustedProxies() == null;
    if (noTrust) {
      add("x-canary", "trusted means no client, since trusted-proxies is not set");
    }
    boolean noHeader = noTrust || routing.xCanary() == XCanary.OFF;
    if (routing.strategy() == Strategy.MAIN && noHeader) {
      report("no request can reach canary", Settings.CANARY_HEADER_HOST);
    }
    boolean plain =
        Stream.of(routing.mainTarget(), routing.canaryTarget())
            .noneMatch(target -> target == null || target.tls());
    if (plain) {
      ClientFlags client = Settings.MAIN_AND_CANARY;
      report(
          "no target is https",
          client.insecureSkipVerify(),
          client.caFile(),
          client.certFile(),
          client.keyFile(),
          client.serverName());
      if (values.required(Settings.UPSTREAM_HTTP2) == UpstreamHttp2.AUTO) {
        report("no target is https", Settings.UPSTREAM_HTTP2);
      }
    }
  }

  /** Keys of a section that the presence of the section would switch on, written with dots. */
  private void checkSections() {
    new TreeMap<>(Settings.SWITCHES)
        .forEach(
            (section, on) -> {
              String required = on.getKey().name();
              boolean ofRoutes = required.equals(DaemonSettings.SOCKET.name()) && routeDaemon;
              if (!values.texts().containsKey(required) && !ofRoutes) {
                values.texts().keySet().stream()
                    .filter(key -> key.startsWith(section + "."))
                    .filter(key -> !key.equals(DaemonSettings.APPLICATION.name()))
                    .sorted()
                    .forEach(key -> add(key, required + " is not set"));
              }
            });
    if (!values.required(DemoSettings.ENABLED)) {
      reportSection(
          "demo",
          "demo.enabled is false",
          DemoSettings.MAIN_PORT,
          DemoSettings.CANARY_PORT,
          DemoSettings.SIDECAR_PORT,
          DemoSettings.CANARY_FAILURE_RATE);
    }
    if (values.required(HealthCheckSettings.PATH).isEmpty()) {
      reportSection(
          "health-check",
          "health-check.path is not set",
          HealthCheckSettings.ALL.flags().values().toArray(Flag<?>[]::new));
    }
    if (!clustered) {
      reportSection(
          "cluster",
          "cluster.enabled is false",
          ClusterSettings.ALL.flags().values().stream()
              .filter(flag -> flag.name().startsWith("cluster."))
              .toArray(Flag<?>[]::new));
    }
  }

  private void checkOthers() {
    boolean elsewhere =
        FlagsConfig.of(values).directoryIfSet().isPresent()
            || EtcdConfig.of(values).isPresent()
            || extensions;
    if (!elsewhere) {
      report("no source is set besides this configuration", SourceSettings.FLAGS_STRICT);
    }
    if (TracingConfig.of(values).endpoint().isEmpty()) {
      reportSection(
          "tracing",
          "tracing.otlp-endpoint is not set",
          TracingSettings.PROTOCOL,
          TracingSettings.SAMPLE,
          TracingSettings.SERVICE_NAME);
    }
    if (values.get(Settings.LOG_LEVEL) == LogLevel.INFO) {
      report("log.level is info", Settings.LOG_REQUEST_BODY, Settings.LOG_RESPONSE_BODY);
    }
    boolean anyDaemon = daemon || routeDaemon;
    if (StatsdConfig.of(values).isPresent() && !anyDaemon && !dynamoDb && !extensions) {
      add("statsd", "only a daemon and dynamodb have metrics for it");
    }
    if (!clustered && daemon && !GatewayConfig.verticlesOf(values).contains(VerticleName.DAEMON)) {
      add("daemon", "verticles does not name it");
    }
  }

  private void report(String reason, Flag<?>... flags) {
    for (Flag<?> flag : flags) {
      if (isSet(flag)) {
        add(flag.name(), reason);
      }
    }
  }

  private void reportSection(String section, String reason, Flag<?>... flags) {
    if (Stream.of(flags).anyMatch(this::isSet)) {
      add(section, reason);
    }
  }

  private void add(String key, String reason) {
    found.add(new Ineffective(key, reason));
  }

  /** Whether a flag has another value than its default. */
  private <T> boolean isSet(Flag<T> flag) {
    String text = values.texts().get(flag.name());
    T standard = flag.defaultValue();
    return text != null && (standard == null || !text.equals(flag.type().format(standard)));
  }
}
