package io.canarygateway.breaker;

/** The use of leases in the last second, sampled at each tick. Confined to one context. */
final class UsageRate {

  /** The number of ticks in a second. */
  static final int TICKS_PER_SECOND = 10;

  /** A node without a request for so many ticks keeps nothing that another node needs. */
  private static final int IDLE_TICKS = 2;

  private final LeasedCounts counts;
  private final long[] requests = new long[TICKS_PER_SECOND + 1];
  private final long[] errors = new long[TICKS_PER_SECOND + 1];
  private int at;

  UsageRate(LeasedCounts counts) {
    this.counts = counts;
  }

  /** Takes a sample. */
  void tick() {
    at = (at + 1) % requests.length;
    requests[at] = counts.admitted();
    errors[at] = counts.reservations();
  }

  /** The number of requests in the last second. */
  long requests() {
    return counts.admitted() - requests[(at + 1) % requests.length];
  }

  /** The number of errors reserved in the last second. */
  long errors() {
    return counts.reservations() - errors[(at + 1) % errors.length];
  }

  /** Whether nothing was used lately. */
  boolean idle() {
    int before = (at + errors.length - IDLE_TICKS) % errors.length;
    return counts.reservations() == errors[before];
  }
}
