package io.canarygateway.message;

/**
 * Which limits of the circuit breaker are reached. Room that requests in flight hold is none of it.
 *
 * @param requests whether the request limit is reached
 * @param errors whether the error limit is reached
 */
public record BreakerTrips(boolean requests, boolean errors) {

  /** Neither limit is reached, or there is no breaker. */
  public static final BreakerTrips NONE = new BreakerTrips(false, false);
}
