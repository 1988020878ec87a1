package io.canarygateway.launcher;

import io.canarygateway.config.FlagValues;
import io.canarygateway.config.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Canary's shares on a node that no longer hears of their source. Pure functions. */
final class LostShares {

  private static final String SHARE = "rollout.canary";
  private static final String VERSION = "release.version";
  private static final String NOBODY = "0";

  private LostShares() {}

  /**
   * Whether shares come from where they have to be read again and again: DynamoDB, or a release.
   */
  static boolean mayBeLost(FlagValues values) {
    return values.texts().containsKey("dynamodb.table")
        || values.texts().entrySet().stream()
            .anyMatch(each -> isOf(each.getKey(), VERSION) && !each.getValue().isEmpty());
  }

  /** How long shares count without news of them. */
  static Duration after(FlagValues values) {
    return (Duration)
        Objects.requireNonNull(
            values.get(Settings.registry().find("dynamodb.unhealthy").orElseThrow()));
  }

  /** The same values with shares of 0. */
  static FlagValues end(FlagValues values) {
    Map<String, String> ended = new TreeMap<>(values.texts());
    ended.replaceAll((flag, text) -> isOf(flag, SHARE) ? NOBODY : text);
    ended.put(SHARE, NOBODY);
    return new FlagValues(ended);
  }

  private static boolean isOf(String flag, String name) {
    return flag.equals(name) || flag.startsWith("routes.") && flag.endsWith("." + name);
  }
}
