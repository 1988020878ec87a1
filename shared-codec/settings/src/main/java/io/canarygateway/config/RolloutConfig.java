package io.canarygateway.config;

import java.util.HashSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The share of clients that goes to canary, and how the gateway recognises a client; dynamic.
 *
 * @param canary clients with an assignment below this go to canary; 0 to 1
 * @param maintenance the daemon keeps its maintenance file while this is above 0; 0 to 1. Empty
 *     while DynamoDB or an extension has not given a value
 * @param stickyHeader the header that a client's assignment is read from, and that upstreams get
 * @param stickyCookie the cookie that a client's assignment is read from, and that new clients get
 * @param keyHeader the header whose value is hashed to an assignment, or empty
 */
public record RolloutConfig(
    double canary,
    OptionalDouble maintenance,
    String stickyHeader,
    String stickyCookie,
    String keyHeader) {

  static RolloutConfig of(FlagValues values) {
    return new RolloutConfig(
        values.required(Settings.ROLLOUT_CANARY),
        maintenance(values),
        values.required(Settings.STICKY_HEADER),
        values.required(Settings.STICKY_COOKIE),
        values.required(Settings.KEY_HEADER));
  }

  private static OptionalDouble maintenance(FlagValues values) {
    boolean set = values.texts().containsKey(Settings.ROLLOUT_MAINTENANCE.name());
    boolean elsewhere =
        !watchesFlags(values)
            || values.get(SourceSettings.DYNAMODB_TABLE) != null
            || !ExtensionsConfig.of(values).settings().isEmpty();
    return set || !elsewhere
        ? OptionalDouble.of(values.required(Settings.ROLLOUT_MAINTENANCE))
        : OptionalDouble.empty();
  }

  /**
   * A process without a flag watcher follows another node and does not know that node's sources.
   */
  private static boolean watchesFlags(FlagValues values) {
    return GatewayConfig.verticlesOf(values).contains(VerticleName.FLAG_WATCHER);
  }

  /**
   * The rollouts of the top level that a route does not inherit. With DynamoDB each route has the
   * rollouts of its own application, and those of another one say nothing about it. Neither does
   * the share that the top level's release has reached.
   *
   * @param topLevel the texts of the top level by flag
   */
  static Set<String> notInherited(Map<String, String> topLevel) {
    String canary = Settings.ROLLOUT_CANARY.name();
    String maintenance = Settings.ROLLOUT_MAINTENANCE.name();
    if (topLevel.containsKey(SourceSettings.DYNAMODB_TABLE.name())) {
      return Set.of(canary, maintenance);
    }
    Set<String> names = new HashSet<>();
    if (!topLevel.getOrDefault(ReleaseSettings.VERSION.name(), "").isEmpty()) {
      names.add(canary);
    }
    String verticles = topLevel.get(ClusterSettings.VERTICLES.name());
    if (verticles != null
        && !watchesFlags(new FlagValues(Map.of(ClusterSettings.VERTICLES.name(), verticles)))) {
      names.add(maintenance);
    }
    return names;
  }
}
