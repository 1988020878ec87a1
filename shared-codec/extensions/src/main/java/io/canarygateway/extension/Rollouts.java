package io.canarygateway.extension;

import java.util.OptionalDouble;

/**
 * A reading of the rollouts; what is missing or not from 0 to 1 is no good reading.
 *
 * @param canary the share of assignments that goes to canary
 * @param maintenance above 0 the daemon keeps its maintenance file
 */
public record Rollouts(OptionalDouble canary, OptionalDouble maintenance) {

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
