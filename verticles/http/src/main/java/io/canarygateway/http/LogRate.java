package io.canarygateway.http;

import java.util.OptionalLong;

/**
 * A limit for log lines that strangers can cause: the first one at once, then at most one a second.
 * Confined to one event loop.
 */
public final class LogRate {

  private static final long INTERVAL_NANOS = 1_000_000_000L;

  private long loggedNanos = System.nanoTime() - INTERVAL_NANOS;
  private long leftOut;

  /**
   * Asks for a line.
   *
   * @return how many lines were left out before this one; empty if this one is left out, too
   */
  public OptionalLong next() {
    long now = System.nanoTime();
    if (now - loggedNanos < INTERVAL_NANOS) {
      leftOut++;
      return OptionalLong.empty();
    }
    OptionalLong before = OptionalLong.of(leftOut);
    loggedNanos = now;
    leftOut = 0;
    return before;
  }
}
