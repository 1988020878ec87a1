package io.canarygateway.flagwatcher;

import io.canarygateway.extension.Rollouts;
import java.util.Map;
import java.util.Optional;

/**
 * One reading of rollouts. Immutable.
 *
 * @param rollouts the rollouts of the applications that could be read
 * @param failure why others could not be read, in one line; empty if all could
 */
record RolloutReading(Map<String, Rollouts> rollouts, Optional<String> failure) {

  RolloutReading {
    rollouts = Map.copyOf(rollouts);
  }
}
