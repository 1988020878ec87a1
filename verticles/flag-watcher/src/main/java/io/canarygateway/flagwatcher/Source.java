package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Problem;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A source of flag values, which fills one {@link Layer}. A source reports its health to the {@link
 * FlagSink}. All methods are called on the watcher's context.
 */
interface Source {

  /**
   * Asks the source for all of its values before the gateway serves, for a few seconds at most.
   *
   * @return the changes that set these values, static flags included; no changes if the source
   *     cannot be reached; never fails
   */
  Future<List<Change>> initialise();

  /**
   * As {@link #initialise()}, for a source whose values depend on those of other sources.
   *
   * @param lower the first changes of the sources of lower layers
   */
  default Future<List<Change>> initialise(List<Change> lower) {
    return initialise();
  }

  /** Reports which of the first changes, of this or of other sources, were refused, and why. */
  default void initialised(List<Change> changes, Map<Change, Problem> refused) {}

  /** The source as one whose rollouts nodes share; empty if it sets none. */
  default Optional<RolloutOrigin> rolloutOrigin() {
    return Optional.empty();
  }

  /** Begins to follow the source: each change goes to the {@link FlagSink}. */
  void start();

  /** Stops following the source, and releases its resources. */
  Future<Void> close();
}
