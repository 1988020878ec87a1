package io.canarygateway.decision;

import java.time.Duration;
import java.util.function.LongSupplier;

/** When what was counted happened, so that it can be forgotten. Lock-free; any thread. */
sealed interface Recollection permits Everything, RecentSlices {

  /** That of a window; of zero, one that forgets nothing. */
  static Recollection of(Duration window, LongSupplier nanoClock) {
    return window.isZero() ? new Everything() : new RecentSlices(window, nanoClock);
  }

  /**
   * Remembers that something happened just now.
   *
   * @param times how often
   * @return whether it is remembered; not if this is closed
   */
  boolean add(long times);

  /**
   * Forgets what is older than the window.
   *
   * @return how much of it this call forgot: each thing is forgotten by one call
   */
  long forget();

  /**
   * Ends this, so that another one can take over.
   *
   * @return all that it remembered and had not forgotten
   */
  long close();
}
