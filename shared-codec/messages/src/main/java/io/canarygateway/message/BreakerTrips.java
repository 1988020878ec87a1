package io.canarygateway.message;

/**
 * The limits of the circuit breaker that are reached. A limit that only requests in flight use up
 * is not reached.
 *
 * @param requests whether the request limit is reached
 * @param errors whether the error limit is reached
 */
public record BreakerTrips(boolean requests, boolean errors) {

  /** Neither limit is reached, or there is no breaker. */
  public static final BreakerTrips NONE = new BreakerTrips(false, false);
}
