package io.canarygateway.benchmarks.release;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what the gateways do with what etcd holds, and counts what was not decided. Thread-safe.
 */
final class Looks {

  /** How long a revert in etcd may take to be in force on every node. */
  private static final long REVERT_MUST_SHOW_MS = 500;

  private final Map<String, Long> revertSeen = new HashMap<>();
  private final Map<String, Double> highest = new HashMap<>();
  private long looks;
  private long violations;

  /**
   * Compares. Without a state (etcd is stopped), what the nodes do is kept for the next look.
   *
   * @param reports the releases as the nodes report them, asked for before the state was read
   * @param at when the first node was asked, in ms since 1970
   */
  synchronized void compare(List<JsonNode> reports, JsonNode progress, long at) {
    String version = progress.path("version").asText();
    boolean reverted = progress.path("stage").asText().equals("reverted");
    if (reverted) {
      revertSeen.putIfAbsent(version, System.currentTimeMillis());
    }
    for (JsonNode report : reports) {
      looks++;
      double inForce = report.path("weight_in_force").asDouble();
      String reported = report.path("version").asText();
      highest.merge(reported, inForce, Math::max);
      Long seen = revertSeen.get(reported);
      if (seen != null && at > seen + REVERT_MUST_SHOW_MS && inForce > 0) {
        violation(reported + " is reverted, and " + inForce + " in force");
      }
    }
    if (!version.isEmpty()) {
      if (highest.getOrDefault(version, 0.0) > progress.path("reached").asDouble()) {
        violation(version + ": " + highest.get(version) + " in force, decided " + progress);
      }
      if (revertSeen.containsKey(version) && !reverted) {
        violation(version + " was reverted, and is " + progress.path("stage").asText());
      }
    }
  }

  synchronized void violation(String what) {
    violations++;
    System.out.println("VIOLATION: " + what);
  }

  synchronized long violations() {
    return violations;
  }

  @Override
  public synchronized String toString() {
    return looks + " looks, " + violations + " violations";
  }
}
