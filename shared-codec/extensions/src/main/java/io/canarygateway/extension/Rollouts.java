package io.canarygateway.extension;

import java.util.OptionalDouble;

/**
 * A reading of the rollouts. A value that is missing or outside of 0 to 1 is not a good reading.
 *
 * @param canary the share of assignments that goes to canary, 0 to 1
 * @param maintenance the daemon keeps its maintenance file while this is above 0; 0 to 1
 */
public record Rollouts(OptionalDouble canary, OptionalDouble maintenance) {

  /**
   * Turns values outside of 0 to 1 into empty ones.
   *
   * @param canary the share of assignments that goes to canary, 0 to 1
   * @param maintenance the daemon keeps its maintenance file while this is above 0; 0 to 1
   */
  public Rollouts {
    canary = good(canary);
    maintenance = good(maintenance);
  }

  private static OptionalDouble good(OptionalDouble rollout) {
    return rollout.isPresent() && rollout.getAsDouble() >= 0 && rollout.getAsDouble() <= 1
        ? rollout
        : OptionalDouble.empty();
  }
}
