package io.canarygateway.config;

import io.canarygateway.flags.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All settings, typed and checked together. Immutable: a change creates a new object.
 *
 * @param server the listener of clients; static
 * @param instrumentation the listener of metrics and health; static
 * @param routes all routes; the top level is the default one
 * @param routing the settings of the decision about a request of the top level
 * @param upstreamClient the connections of the top level to main and canary
 * @param sidecarClient the connections to the sidecar
 * @param log the log's level and content
 * @param accessLog the access log
 * @param tracing the traces of requests
 * @param transport the implementation of sockets; static
 * @param demo the demo; static
 * @param flags the flags' directory; static
 * @param etcd the connection to etcd, if etcd is used; static
 * @param rollout the share of clients that goes to canary
 * @param daemon the assignment daemon; static
 * @param dynamoDb the table of the rollouts, if DynamoDB is used; static
 * @param statsd the receiver of DogStatsD metrics, if there is one; static
 * @param extensions the users' extensions; static
 * @param cluster the node's cluster; static
 * @param verticles the verticles that this process may run; static
 */
public record GatewayConfig(
    ServerConfig server,
    InstrumentationConfig instrumentation,
    RouteTable routes,
    RoutingConfig routing,
    HttpClientConfig upstreamClient,
    HttpClientConfig sidecarClient,
    LogConfig log,
    AccessLogConfig accessLog,
    TracingConfig tracing,
    Transport transport,
    DemoConfig demo,
    FlagsConfig flags,
    Optional<EtcdConfig> etcd,
    RolloutConfig rollout,
    DaemonConfig daemon,
    Optional<DynamoDbConfig> dynamoDb,
    Optional<StatsdConfig> statsd,
    ExtensionsConfig extensions,
    ClusterConfig cluster,
    Set<VerticleName> verticles) {

  /**
   * Creates the typed settings.
   *
   * @param values the values, each valid by itself
   * @return the settings
   * @throws ConfigException with every missing key and every conflict
   */
  public static GatewayConfig of(FlagValues values) throws ConfigException {
    return CheckedValues.of(values, null).config();
  }

  /**
   * Creates the typed settings after a change.
   *
   * @param values the values, each valid by itself
   * @param before the settings before the change, of which unchanged routes are kept; may be null
   * @return the settings
   * @throws ConfigException with every missing key and every conflict
   */
  public static GatewayConfig of(FlagValues values, @Nullable GatewayConfig before)
      throws ConfigException {
    return CheckedValues.of(values, before).config();
  }

  /** Creates the typed settings of values without conflicts. */
  static GatewayConfig ofChecked(FlagValues values, RouteTable routes) {
    return new GatewayConfig(
        ServerConfig.of(values),
        InstrumentationConfig.of(values),
        routes,
        RoutingConfig.of(values),
        HttpClientConfig.ofUpstreams(values),
        HttpClientConfig.ofSidecar(values),
        LogConfig.of(values),
        AccessLogConfig.of(values),
        TracingConfig.of(values),
        values.required(Settings.TRANSPORT),
        DemoConfig.of(values),
        FlagsConfig.of(values),
        EtcdConfig.of(values),
        RolloutConfig.of(values),
        DaemonConfig.of(values),
        DynamoDbConfig.of(values),
        StatsdConfig.of(values),
        ExtensionsConfig.of(values),
        ClusterConfig.of(values),
        verticlesOf(values));
  }

  /**
   * Values that do not fit together.
   *
   * @param problem the problem
   * @param keys the flags whose values cause it; another value of one of them would resolve it
   */
  public record Conflict(Problem problem, Set<String> keys) {}

  /**
   * Checks values together.
   *
   * @param values the values, each valid by itself
   * @return the conflicts, missing keys included
   */
  public static List<Conflict> conflictsOf(FlagValues values) {
    return CheckedValues.of(values, null).conflicts();
  }

  /** What does not fit together, routes aside. */
  static List<Conflict> conflictsBesidesRoutes(FlagValues values) {
    List<Conflict> conflicts = new ArrayList<>(sharedPorts(values));
    ClusterConfig.problemsOf(values)
        .forEach(problem -> conflicts.add(new Conflict(problem, Set.of(problem.key()))));
    EtcdConfig.problemsOf(values)
        .forEach(problem -> conflicts.add(new Conflict(problem, Set.of(problem.key()))));
    ClientFlags sidecar = Settings.TO_SIDECAR;
    sidecar
        .missingFile(values)
        .map(
            missing ->
                new Problem(
                    missing.name(), "nothing", "a file; cert-file and key-file belong together"))
        .ifPresent(
            problem ->
                conflicts.add(
                    new Conflict(
                        problem, Set.of(sidecar.certFile().name(), sidecar.keyFile().name()))));
    ServerSettings.ALL_TLS.stream()
        .flatMap(section -> section.problemsOf(values).stream())
        .forEach(problem -> conflicts.add(new Conflict(problem, Set.of(problem.key()))));
    TracingConfig.problemsOf(values)
        .forEach(
            problem ->
                conflicts.add(
                    new Conflict(problem, Set.of(problem.key(), TracingSettings.PROTOCOL.name()))));
    return conflicts;
  }

  /**
   * Checks values together.
   *
   * @param faulty keys that are known to be wrong already; conflicts that involve them are left out
   */
  static List<Problem> problemsOf(FlagValues values, Set<String> faulty) {
    return conflictsOf(values).stream()
        .filter(conflict -> Collections.disjoint(conflict.keys(), faulty))
        .map(Conflict::problem)
        .toList();
  }

  /**
   * Checks the settings that only the configuration document can set, so that no other source can
   * correct them.
   *
   * @param values the values, each valid by itself
   * @throws ConfigException with every conflict of these settings
   */
  public static void checkDocument(FlagValues values) throws ConfigException {
    List<Problem> problems =
        conflictsOf(values).stream()
            .filter(conflict -> conflict.keys().stream().allMatch(Settings::ofDocumentOnly))
            .map(Conflict::problem)
            .toList();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** Finds listeners on the same address, which would share its connections by chance. */
  private static List<Conflict> sharedPorts(FlagValues values) {
    Map<String, Listener> listeners = new HashMap<>();
    List<Conflict> conflicts = new ArrayList<>();
    for (Listener listener : Listener.ALL) {
      long port = values.required(listener.port());
      if (port != 0 && listener.isUsed(values)) {
        String key = listener.port().name();
        Listener first = listeners.putIfAbsent(listener.hostIn(values) + ":" + port, listener);
        if (first != null) {
          Set<String> keys = new HashSet<>(first.keys());
          keys.addAll(listener.keys());
          conflicts.add(
              new Conflict(
                  new Problem(key, Long.toString(port), "a port other than " + first.port().name()),
                  keys));
        }
      }
    }
    return conflicts;
  }

  /** {@return whether this process answers on any socket of the assignment daemon} */
  public boolean hasDaemon() {
    return verticles.contains(VerticleName.DAEMON)
        && (daemon.enabled()
            || routes.named().stream().anyMatch(route -> route.daemonSocket().isPresent()));
  }

  /** {@return the URL of the sidecar, if one is set} */
  public Optional<HttpUrl> sidecarUrl() {
    return Optional.ofNullable(routing.sidecarUrl());
  }

  /**
   * Reads the verticles that the process may run.
   *
   * @param values the values, each valid by itself
   * @return the verticles
   */
  public static Set<VerticleName> verticlesOf(FlagValues values) {
    List<VerticleName> named = values.get(ClusterSettings.VERTICLES);
    return named == null ? EnumSet.allOf(VerticleName.class) : Set.copyOf(named);
  }

  /**
   * Reads the implementation of sockets, which is needed before all other settings.
   *
   * @param values the values, each valid by itself
   * @return the transport
   */
  public static Transport transportOf(FlagValues values) {
    return values.required(Settings.TRANSPORT);
  }

  /**
   * Checks for sources besides the configuration document.
   *
   * @param values the values, each valid by itself
   * @return whether another source may add values
   */
  public static boolean hasSources(FlagValues values) {
    return !verticlesOf(values).contains(VerticleName.FLAG_WATCHER)
        || !ExtensionsConfig.of(values).settings().isEmpty()
        || EtcdConfig.of(values).isPresent()
        || FlagsConfig.of(values).directory() != null;
  }
}
