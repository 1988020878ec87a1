package io.canarygateway.decision;

/**
 * The circuit breaker's limits.
 *
 * @param requests the requests that the strategy may send to canary; 0 means no limit
 * @param errors the canary errors after which all traffic goes to main; 0 means no limit
 */
public record BreakerLimits(long requests, long errors) {

  /** Neither limit is set. */
  public static final BreakerLimits OFF = new BreakerLimits(0, 0);
}
