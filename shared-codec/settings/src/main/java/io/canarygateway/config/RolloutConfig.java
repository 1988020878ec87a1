package io.canarygateway.config;

import java.util.OptionalDouble;

/**
 * Which share of the clients goes to canary, and how they are known again; all of it dynamic.
 *
 * @param canary assignments below it go to canary, 0 to 1
 * @param maintenance above 0 the daemon keeps its maintenance file, 0 to 1; empty while DynamoDB or
 *     an extension has not said anything of it
 * @param stickyHeader the header that an assignment is read from, and that upstreams get
 * @param stickyCookie the cookie that an assignment is read from, and given back in
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
        values.get(Settings.ROLLOUT_CANARY),
        maintenance(values),
        values.get(Settings.STICKY_HEADER),
        values.get(Settings.STICKY_COOKIE),
        values.get(Settings.KEY_HEADER));
  }

  private static OptionalDouble maintenance(FlagValues values) {
    boolean set = values.texts().containsKey(Settings.ROLLOUT_MAINTENANCE.name());
    // A process without a flag watcher does not know what the one has that it follows.
    boolean elsewhere =
        !GatewayConfig.verticlesOf(values).contains(VerticleName.FLAG_WATCHER)
            || values.get(SourceSettings.DYNAMODB_TABLE) != null
            || !ExtensionsConfig.of(values).settings().isEmpty();
    return set || !elsewhere
        ? OptionalDouble.of(values.get(Settings.ROLLOUT_MAINTENANCE))
        : OptionalDouble.empty();
  }
}
