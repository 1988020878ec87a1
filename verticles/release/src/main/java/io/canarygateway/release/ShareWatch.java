package io.canarygateway.release;

import java.util.concurrent.TimeUnit;

/**
 * Watches whether canary's share is that of the release. After a step it takes a moment until the
 * settings have the new share; only a difference that lasts is worth a word. On one context.
 */
final class ShareWatch {

  private static final long LASTS_NANOS = TimeUnit.SECONDS.toNanos(2);

  private long sameNanos;

  ShareWatch(long nowNanos) {
    sameNanos = nowNanos;
  }

  void see(boolean same, long nowNanos) {
    if (same) {
      sameNanos = nowNanos;
    }
  }

  boolean differs(long nowNanos) {
    return nowNanos - sameNanos > LASTS_NANOS;
  }
}
