package io.canarygateway.config;

import io.canarygateway.decision.Strategy;
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

/**
 * All settings, typed and checked together. Immutable: a change makes a new one.
 *
 * @param server where clients come in; static
 * @param instrumentation where metrics and health are; static
 * @param routing what decides about a request
 * @param upstreamClient the connections to main and canary
 * @param sidecarClient the connections to the sidecar
 * @param log what is logged
 * @param transport how sockets are served; static
 * @param demo the built-in demo; static
 * @param flags where flags come from besides the configuration document; static
 * @param etcd how etcd is reached, if it is; static
 * @param rollout which share of the clients goes to canary
 * @param daemon the assignment daemon; static
 * @param dynamoDb the table of the rollouts, if there is one; static
 * @param statsd where metrics go besides; static
 * @param extensions what users added; static
 * @param cluster how this node joins others; static
 * @param verticles which verticles this process may run; static
 */
public record GatewayConfig(
    ServerConfig server,
    InstrumentationConfig instrumentation,
    RoutingConfig routing,
    HttpClientConfig upstreamClient,
    HttpClientConfig sidecarClient,
    LogConfig log,
    Transport transport,
    DemoConfig demo,
    FlagsConfig flags,
    Optional<EtcdConfig> etcd,
    RolloutConfig rollout,
    DaemonConfig daemon,
    Optional<DynamoDbConfig> dynamoDb,
    StatsdConfig statsd,
    ExtensionsConfig extensions,
    ClusterConfig cluster,
    Set<VerticleName> verticles) {

  /**
   * Makes the typed records.
   *
   * @throws ConfigException with everything that is missing or contradictory
   */
  public static GatewayConfig of(FlagValues values) throws ConfigException {
    List<Problem> problems = problemsOf(values, Set.of());
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new GatewayConfig(
        ServerConfig.of(values),
        InstrumentationConfig.of(values),
        RoutingConfig.of(values),
        HttpClientConfig.of(values, Settings.MAIN_AND_CANARY),
        HttpClientConfig.of(values, Settings.TO_SIDECAR),
        LogConfig.of(values),
        values.get(Settings.TRANSPORT),
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
   * @param problem what is wrong
   * @param keys the flags whose values make it so: another value of one of them would mend it
   */
  public record Conflict(Problem problem, Set<String> keys) {}

  /** Checks values together; each is known to be valid by itself. */
  public static List<Conflict> conflictsOf(FlagValues values) {
    List<Conflict> conflicts = new ArrayList<>();
    for (var target : List.of(Settings.MAIN_TARGET, Settings.CANARY_TARGET)) {
      if (values.get(target) == null) {
        conflicts.add(conflict(target.name(), "nothing", HttpUrl.EXPECTED));
      }
    }
    if (values.get(Settings.STRATEGY) == Strategy.SIDECAR
        && values.get(Settings.SIDECAR_URL) == null
        && values.get(Settings.SIDECAR_ADDRESS).isEmpty()) {
      conflicts.add(
          conflict(
              Settings.SIDECAR_URL.name(),
              "nothing",
              HttpUrl.EXPECTED + ", or a sidecar-address, since strategy is sidecar",
              Settings.STRATEGY.name(),
              Settings.SIDECAR_ADDRESS.name()));
    }
    if (values
        .get(Settings.MAIN_SIDECAR_STATUS)
        .equals(values.get(Settings.CANARY_SIDECAR_STATUS))) {
      conflicts.add(
          conflict(
              Settings.CANARY_SIDECAR_STATUS.name(),
              values.get(Settings.CANARY_SIDECAR_STATUS).toString(),
              "a status other than main-sidecar-status",
              Settings.MAIN_SIDECAR_STATUS.name()));
    }
    conflicts.addAll(sharedPorts(values));
    ClusterConfig.problemsOf(values)
        .forEach(problem -> conflicts.add(new Conflict(problem, Set.of(problem.key()))));
    EtcdConfig.problemsOf(values)
        .forEach(problem -> conflicts.add(new Conflict(problem, Set.of(problem.key()))));
    return conflicts;
  }

  /**
   * Checks values together.
   *
   * @param faulty keys that are known to be wrong already: what they have to do with is not told
   */
  static List<Problem> problemsOf(FlagValues values, Set<String> faulty) {
    return conflictsOf(values).stream()
        .filter(conflict -> Collections.disjoint(conflict.keys(), faulty))
        .map(Conflict::problem)
        .toList();
  }

  /**
   * Checks what no other source can mend.
   *
   * @throws ConfigException with every fault of the settings that are the document's alone
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

  /** Two listeners on one address would share its connections by chance. */
  private static List<Conflict> sharedPorts(FlagValues values) {
    Map<String, Listener> listeners = new HashMap<>();
    List<Conflict> conflicts = new ArrayList<>();
    for (Listener listener : Listener.ALL) {
      long port = values.get(listener.port());
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

  private static Conflict conflict(String key, String found, String expected, String... otherKeys) {
    Set<String> keys = new HashSet<>(List.of(otherKeys));
    keys.add(key);
    return new Conflict(new Problem(key, found, expected), keys);
  }

  /** Where the sidecar is, if one is asked at all. */
  public Optional<HttpUrl> sidecarUrl() {
    return Optional.ofNullable(routing.sidecarUrl());
  }

  /** Which verticles this process may run. */
  public static Set<VerticleName> verticlesOf(FlagValues values) {
    List<VerticleName> named = values.get(ClusterSettings.VERTICLES);
    return named == null ? EnumSet.allOf(VerticleName.class) : Set.copyOf(named);
  }

  /** How sockets are served, which is needed before anything else. */
  public static Transport transportOf(FlagValues values) {
    return values.get(Settings.TRANSPORT);
  }

  /** Whether something else than the configuration document may add to it. */
  public static boolean hasSources(FlagValues values) {
    return !verticlesOf(values).contains(VerticleName.FLAG_WATCHER)
        || !ExtensionsConfig.of(values).settings().isEmpty()
        || EtcdConfig.of(values).isPresent()
        || FlagsConfig.of(values).directory() != null;
  }
}
