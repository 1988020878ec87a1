package io.canarygateway.config;

import java.util.OptionalDouble;

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
    // A process without a flag watcher follows another node and does not know that node's sources.
    boolean elsewhere =
        !GatewayConfig.verticlesOf(values).contains(VerticleName.FLAG_WATCHER)
            || values.get(SourceSettings.DYNAMODB_TABLE) != null
            || !ExtensionsConfig.of(values).settings().isEmpty();
    return set || !elsewhere
        ? OptionalDouble.of(values.required(Settings.ROLLOUT_MAINTENANCE))
        : OptionalDouble.empty();
  }
}
