package io.canarygateway.flagwatcher;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: twice as long each time, up to a limit, with jitter so that
 * many gateways do not come back at once. On one context.
 */
final class Backoff {

  private final long firstMs;
  private final long limitMs;
  private final RandomGenerator random;
  private long nextMs;

  Backoff(long firstMs, long limitMs, RandomGenerator random) {
    this.firstMs = firstMs;
    this.limitMs = limitMs;
    this.random = random;
    this.nextMs = firstMs;
  }

  /** The next wait in ms: between half of the current step and all of it, at least 1. */
  long next() {
    long step = nextMs;
    nextMs = Math.min(limitMs, nextMs * 2);
    return Math.max(1, step / 2 + random.nextLong(step / 2 + 1));
  }

  /** It worked: the next trouble begins anew. */
  void reset() {
    nextMs = firstMs;
  }
}
