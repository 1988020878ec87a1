package io.canarygateway.config;

import io.canarygateway.decision.Strategy;
import java.util.ArrayList;
import java.util.HashMap;
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
 */
public record GatewayConfig(
    ServerConfig server,
    InstrumentationConfig instrumentation,
    RoutingConfig routing,
    HttpClientConfig upstreamClient,
    HttpClientConfig sidecarClient,
    LogConfig log,
    Transport transport,
    DemoConfig demo) {

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
        DemoConfig.of(values));
  }

  /**
   * Checks values together.
   *
   * @param faulty keys that are known to be wrong already and so are not missing
   */
  static List<Problem> problemsOf(FlagValues values, Set<String> faulty) {
    List<Problem> problems = new ArrayList<>();
    for (var target : List.of(Settings.MAIN_TARGET, Settings.CANARY_TARGET)) {
      if (values.get(target) == null && !faulty.contains(target.name())) {
        problems.add(new Problem(target.name(), "nothing", HttpUrl.EXPECTED));
      }
    }
    if (values.get(Settings.STRATEGY) == Strategy.SIDECAR
        && values.get(Settings.SIDECAR_URL) == null
        && !faulty.contains(Settings.SIDECAR_URL.name())) {
      problems.add(
          new Problem(
              Settings.SIDECAR_URL.name(),
              "nothing",
              HttpUrl.EXPECTED + ", since strategy is sidecar"));
    }
    if (values
        .get(Settings.MAIN_SIDECAR_STATUS)
        .equals(values.get(Settings.CANARY_SIDECAR_STATUS))) {
      problems.add(
          new Problem(
              Settings.CANARY_SIDECAR_STATUS.name(),
              values.get(Settings.CANARY_SIDECAR_STATUS).toString(),
              "a status other than main-sidecar-status"));
    }
    problems.addAll(sharedPorts(values, faulty));
    return problems;
  }

  /** Two listeners on one address would share its connections by chance. */
  private static List<Problem> sharedPorts(FlagValues values, Set<String> faulty) {
    Map<String, String> listeners = new HashMap<>();
    List<Problem> problems = new ArrayList<>();
    for (Settings.Listener listener : Settings.LISTENERS) {
      long port = values.get(listener.port());
      if (port != 0 && !faulty.contains(listener.port().name()) && listener.isUsed(values)) {
        String first =
            listeners.putIfAbsent(listener.hostIn(values) + ":" + port, listener.port().name());
        if (first != null) {
          problems.add(
              new Problem(
                  listener.port().name(), Long.toString(port), "a port other than " + first));
        }
      }
    }
    return problems;
  }

  /** Where the sidecar is, if one is asked at all. */
  public Optional<HttpUrl> sidecarUrl() {
    return Optional.ofNullable(routing.sidecarUrl());
  }
}
