package io.canarygateway.judge;

/**
 * What was counted of a client, packed into 8 bits for {@link ClientTable}: bit 0 says whether it
 * was seen on canary, bit 1 whether it failed there, and bits 2 to 7 are the most latency bounds
 * that one of its requests exceeded.
 */
final class ClientState {

  /** A client of which nothing was counted. */
  static final int NEW = 0;

  private static final int ON_CANARY = 1;
  private static final int FAILED_ON_CANARY = 2;
  private static final int FLAGS = ON_CANARY | FAILED_ON_CANARY;
  private static final int SLOW_SHIFT = 2;

  private ClientState() {}

  /**
   * A client that an earlier process has counted. If it was on canary, it does not count as slow
   * any more, because it may have counted on canary already. If it was on main only, it may count
   * as slow once more. That is fair to canary, whose share of such clients is smaller than that of
   * new ones.
   */
  static int earlier(boolean onCanary, boolean failed) {
    return onCanary
        ? ON_CANARY | (failed ? FAILED_ON_CANARY : 0) | LatencyBounds.COUNT << SLOW_SHIFT
        : NEW;
  }

  static boolean isOnCanary(int state) {
    return (state & ON_CANARY) != 0;
  }

  /** The state after an outcome. */
  static int after(int state, byte outcome) {
    int flags = state & FLAGS;
    if (Outcome.isCanary(outcome)) {
      flags |= Outcome.isFailed(outcome) ? FLAGS : ON_CANARY;
    }
    return flags | Math.max(state >> SLOW_SHIFT, Outcome.exceeded(outcome)) << SLOW_SHIFT;
  }

  /** Counts what an outcome has changed. */
  static void count(Counters counters, boolean canary, int before, int after) {
    int first = after & ~before & FLAGS;
    if ((first & ON_CANARY) != 0) {
      counters.firstOnCanary();
    }
    if ((first & FAILED_ON_CANARY) != 0) {
      counters.firstFailedOnCanary();
    }
    counters.firstSlow(canary, before >> SLOW_SHIFT, after >> SLOW_SHIFT);
  }
}
