package io.canarygateway.release;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time that the present step has lasted. After a start only the wall clock knows it. Later this
 * node's own clock counts, since the wall clocks of nodes may differ. While the release does not
 * decide which clients canary gets, the clock stands still. On one context.
 */
final class StepClock {

  private final Outside outside;
  private long beganNanos;
  private long seenNanos;

  StepClock(Outside outside) {
    this.outside = outside;
    beganNanos = outside.nanoTime();
    seenNanos = beganNanos;
  }

  /** Notes whether the release decides which clients canary gets. */
  void see(boolean deciding) {
    long now = outside.nanoTime();
    if (!deciding) {
      beganNanos += now - Math.max(seenNanos, beganNanos);
    }
    seenNanos = now;
  }

  /**
   * Follows a release.
   *
   * @param last the state before; null after a start
   */
  void follow(@Nullable Progress last, Progress now) {
    if (last == null) {
      long passedMs = Math.max(0, outside.millis() - now.stepSinceMillis());
      beganNanos = outside.nanoTime() - TimeUnit.MILLISECONDS.toNanos(passedMs);
    } else if (!last.isRunOf(now) || last.stepSinceMillis() != now.stepSinceMillis()) {
      beganNanos = outside.nanoTime();
    }
  }

  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(outside.nanoTime() - beganNanos);
  }
}
