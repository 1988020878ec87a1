package io.canarygateway.proxy;

import io.canarygateway.decision.LeasedBreaker;

/** How much of the leases was used lately, by samples taken each tick. On one context. */
final class UsageRate {

  /** Ticks of a second. */
  static final int TICKS = 4;

  private final LeasedBreaker breaker;
  private final long[] requests = new long[TICKS + 1];
  private final long[] errors = new long[TICKS + 1];
  private int at;

  UsageRate(LeasedBreaker breaker) {
    this.breaker = breaker;
  }

  void tick() {
    at = (at + 1) % requests.length;
    requests[at] = breaker.requests();
    errors[at] = breaker.reservations();
  }

  /** Requests in the last second. */
  long requests() {
    return breaker.requests() - requests[(at + 1) % requests.length];
  }

  /** Errors reserved in the last second. */
  long errors() {
    return breaker.reservations() - errors[(at + 1) % errors.length];
  }

  /** Whether nothing was used for a tick at least. */
  boolean idle() {
    int before = (at + TICKS) % requests.length;
    return breaker.reservations() == errors[at] && errors[at] == errors[before];
  }
}
