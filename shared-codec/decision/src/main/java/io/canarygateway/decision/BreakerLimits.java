package io.canarygateway.decision;

/**
 * The circuit breaker's limits.
 *
 * @param requests how many requests may go to canary by the strategy's word; 0 means no limit
 * @param errors after how many canary errors all traffic goes to main; 0 means no limit
 */
public record BreakerLimits(long requests, long errors) {

  /** No limit at all. */
  public static final BreakerLimits OFF = new BreakerLimits(0, 0);
}
