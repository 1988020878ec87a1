package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Problem;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where values come from over something that may fail. On one context. */
interface Source {

  /**
   * Asks for everything before the gateway runs, for a few seconds at most.
   *
   * @return the changes, static flags among them; none if the source cannot be reached, which it
   *     tells of itself
   */
  Future<List<Change>> initialise();

  /** What became of the first changes. */
  default void initialised(List<Change> changes, Map<Change, Problem> refused) {}

  /** What the source has to do with the rollout, if anything. */
  default Optional<RolloutOrigin> rollouts() {
    return Optional.empty();
  }

  /** Goes on bringing changes, or trying to. */
  void start();

  /** Brings no more. */
  Future<Void> close();
}
