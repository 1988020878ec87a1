package io.canarygateway.metrics;

import io.canarygateway.config.RolloutConfig;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Assigner;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * The flag that says whether a client goes to canary on one route. A client with a targeting key
 * gets the answer that the proxy gives to a request with that key in {@code rollout.key-header}.
 * Nothing is counted: an evaluation is no request. Immutable.
 *
 * @param application the salt of keys
 * @param share canary's share of clients, 0 to 1
 * @param disabled whether canary is off: by the kill switch, by the circuit breaker, or by a
 *     release that was reverted
 */
record CanaryFlag(String application, double share, boolean disabled) {

  private static final Pattern BLANKS = Pattern.compile("^[ \\t]+|[ \\t]+$");
  private static final String CANARY = "canary";
  private static final String MAIN = "main";

  /**
   * The flag of a route.
   *
   * @param tripped whether a limit of the route's circuit breaker is reached
   * @param reverted whether the route's release was reverted
   */
  static CanaryFlag of(
      RoutingConfig routing,
      RolloutConfig rollout,
      String application,
      boolean tripped,
      boolean reverted) {
    if (!routing.canaryEnabled() || tripped) {
      return new CanaryFlag(application, 0, true);
    }
    double share =
        switch (routing.strategy()) {
          case MAIN -> 0;
          case CANARY -> 1;
          // The sidecar decides about requests, and there is none here: as for the daemon.
          case ROLLOUT, SIDECAR -> rollout.canary();
        };
    // A layer above the release may send clients to canary again.
    return new CanaryFlag(application, share, reverted && share == 0);
  }

  /**
   * Evaluates the flag.
   *
   * @param key the flag's name
   * @param targetingKey the client's key; empty if there is none
   */
  Evaluation evaluate(String key, String targetingKey) {
    if (disabled) {
      return success(key, false, "DISABLED");
    }
    if (share <= 0 || share >= 1) {
      return success(key, share >= 1, "STATIC");
    }
    // Blanks around a header's value do not belong to it.
    String trimmed = BLANKS.matcher(targetingKey).replaceAll("");
    return trimmed.isEmpty()
        ? Evaluation.failure(key, "TARGETING_KEY_MISSING", "the flag needs context.targetingKey")
        : success(key, isCanary(trimmed), "SPLIT");
  }

  private boolean isCanary(String targetingKey) {
    // The proxy reads a header byte by byte, so its characters are the bytes of UTF-8.
    String asInHeader =
        new String(targetingKey.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return new Assigner(ThreadLocalRandom::current, application).ofKey(asInHeader).below(share);
  }

  private static Evaluation success(String key, boolean canary, String reason) {
    return new Evaluation(
        200,
        new JsonObject()
            .put("key", key)
            .put("value", canary)
            .put("reason", reason)
            .put("variant", canary ? CANARY : MAIN));
  }
}
