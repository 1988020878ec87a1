package io.canarygateway.benchmarks.release;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares what the gateways do with what etcd holds, and counts what was not decided. */
final class Looks {

  /** How long a revert in etcd may take to be in force on every node. */
  private static final long REVERT_MUST_SHOW_MS = 500;

  private final Map<String, Long> revertSeen = new HashMap<>();
  private long looks;
  private long violations;

  /**
   * Compares.
   *
   * @param reports the releases as the nodes report them, asked for before the state was read
   * @param at when the first node was asked, in ms since 1970
   */
  void compare(List<JsonNode> reports, JsonNode progress, long at) {
    String version = progress.path("version").asText();
    boolean reverted = progress.path("stage").asText().equals("reverted");
    if (reverted) {
      revertSeen.putIfAbsent(version, System.currentTimeMillis());
    }
    for (JsonNode report : reports) {
      looks++;
      double inForce = report.path("weight_in_force").asDouble();
      boolean same = report.path("version").asText().equals(version);
      if (same && inForce > progress.path("reached").asDouble()) {
        violation(version + ": " + inForce + " in force, decided " + progress);
      }
      Long seen = revertSeen.get(version);
      if (same && seen != null && at > seen + REVERT_MUST_SHOW_MS && inForce > 0) {
        violation(version + " is reverted, and " + inForce + " in force");
      }
      if (same && seen != null && !reverted) {
        violation(version + " was reverted, and is " + progress.path("stage").asText());
      }
    }
  }

  void violation(String what) {
    violations++;
    System.out.println("VIOLATION: " + what);
  }

  long violations() {
    return violations;
  }

  @Override
  public String toString() {
    return looks + " looks, " + violations + " violations";
  }
}
