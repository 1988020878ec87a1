package io.canarygateway.breaker;

import java.time.Duration;

/**
 * With a window, a grant counts until its last use is older than the window. A node stops spending
 * it before, if it cannot write to the store. So the grant of a dead node is free in the end.
 */
final class KeepTime {

  /** A node may spend its lease for so long after its last write, or longer. */
  private static final long LEAST_VALID_MS = 60_000;

  /** The time that others wait longer than a node spends, for the rounding of times. */
  private static final long SLACK_MS = 1_000;

  private KeepTime() {}

  /**
   * How long other nodes keep a grant after its last change, in milliseconds; 0 means for ever.
   *
   * @param window the window; zero means that uses count for ever
   */
  static long ofWindow(Duration window) {
    long ms = window.toMillis();
    return window.isZero() ? 0 : ms + Math.max(LEAST_VALID_MS, ms) + SLACK_MS;
  }

  /** How long a node may spend its lease without a write, for a grant that is kept so long. */
  static long validMs(long keepMs) {
    return Math.max(LEAST_VALID_MS, (keepMs - SLACK_MS) / 2);
  }
}
