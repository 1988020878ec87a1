package io.canarygateway.proxy;

import io.canarygateway.judge.Outcome;
import java.util.concurrent.TimeUnit;

/**
 * What is known of a scored request, in the numbers that {@link ReleaseQueue} keeps: its outcome, 0
 * to 255, or one of the constants.
 */
final class ScoreState {

  /** So long a request is waited for whose client decides how long it takes. */
  static final long OPEN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The request's end says nothing of its target. All that is below waits for its outcome. */
  static final short NOTHING = -1;

  static final short WAITS_FOR_MAIN = -2;
  private static final short WAITS_FOR_CANARY = -3;

  /** The same, for requests whose clients decide how long they take. */
  private static final short OPEN_FOR_MAIN = -4;

  private static final short OPEN_FOR_CANARY = -5;
  private static final int OPENING = OPEN_FOR_MAIN - WAITS_FOR_MAIN;

  private ScoreState() {}

  static boolean waits(short state) {
    return state < NOTHING;
  }

  static boolean isOpen(short state) {
    return state <= OPEN_FOR_MAIN;
  }

  static short toCanary(short state) {
    return isOpen(state) ? OPEN_FOR_CANARY : WAITS_FOR_CANARY;
  }

  static short open(short state) {
    return isOpen(state) ? state : (short) (state + OPENING);
  }

  static short close(short state) {
    return isOpen(state) ? (short) (state - OPENING) : state;
  }

  static short outcome(short state, boolean failed, int exceeded) {
    boolean canary = state == WAITS_FOR_CANARY || state == OPEN_FOR_CANARY;
    return (short) (Outcome.of(canary, failed, exceeded) & 0xff);
  }
}
