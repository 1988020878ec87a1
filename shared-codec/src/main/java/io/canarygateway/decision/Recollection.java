package io.canarygateway.decision;

import java.time.Duration;

/**
 * When what was counted happened, so that it can be forgotten. Lock-free; any thread. The time is
 * given with each call, in nanoseconds of one clock that never goes back.
 */
sealed interface Recollection permits Everything, RecentSlices {

  /** That of a window; of zero, one that forgets nothing. */
  static Recollection of(Duration window, long nowNanos) {
    return window.isZero() ? new Everything() : new RecentSlices(window, nowNanos);
  }

  /**
   * Remembers that something happened.
   *
   * @param times how often
   * @return whether it is remembered; not if this is closed
   */
  boolean add(long nowNanos, long times);

  /**
   * Forgets what is older than the window.
   *
   * @return how much of it this call forgot: each thing is forgotten by one call
   */
  long forget(long nowNanos);

  /**
   * Ends this, so that another one can take over.
   *
   * @return all that it remembered and had not forgotten
   */
  long close();
}
