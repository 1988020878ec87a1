package io.canarygateway.message;

import java.util.Set;

/**
 * The limits of circuit breakers that are reached, by the names of the routes; the default route's
 * name is empty. A limit that only requests in flight use up is not reached. Immutable.
 *
 * @param requests the routes whose request limit is reached
 * @param errors the routes whose error limit is reached
 */
public record BreakerTrips(Set<String> requests, Set<String> errors) {

  /** No limit is reached, or there is no breaker. */
  public static final BreakerTrips NONE = new BreakerTrips(Set.of(), Set.of());

  /**
   * Copies the names.
   *
   * @param requests the routes whose request limit is reached
   * @param errors the routes whose error limit is reached
   */
  public BreakerTrips {
    requests = Set.copyOf(requests);
    errors = Set.copyOf(errors);
  }
}
