package io.canarygateway.flagwatcher;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** A source of rollouts whose readings nodes share. On one context. */
interface RolloutOrigin {

  /** The layer of the source. */
  Layer layer();

  /** The age from which a reading does not count any more. */
  Duration unhealthy();

  /** Whether the source has rollouts of routes, besides those of the default route. */
  boolean knowsRoutes();

  /**
   * The age of this node's newest reading.
   *
   * @param application the application of a route; empty for the default route
   * @return the age in ns; empty if the source cannot be read now
   */
  OptionalLong ageNanos(Optional<String> application);
}
