package io.canarygateway.proxy;

import io.canarygateway.decision.LeasedBreaker;

/** The use of leases in the last second, sampled at each tick. Confined to one context. */
final class UsageRate {

  /** The number of ticks in a second. */
  static final int TICKS_PER_SECOND = 4;

  private final LeasedBreaker breaker;
  private final long[] requests = new long[TICKS_PER_SECOND + 1];
  private final long[] errors = new long[TICKS_PER_SECOND + 1];
  private int at;

  UsageRate(LeasedBreaker breaker) {
    this.breaker = breaker;
  }

  /** Takes a sample. */
  void tick() {
    at = (at + 1) % requests.length;
    requests[at] = breaker.requests();
    errors[at] = breaker.reservations();
  }

  /** The number of requests in the last second. */
  long requests() {
    return breaker.requests() - requests[(at + 1) % requests.length];
  }

  /** The number of errors reserved in the last second. */
  long errors() {
    return breaker.reservations() - errors[(at + 1) % errors.length];
  }

  /** Whether nothing was used since the tick before the last one. */
  boolean idle() {
    int before = (at + TICKS_PER_SECOND) % requests.length;
    return breaker.reservations() == errors[at] && errors[at] == errors[before];
  }
}
