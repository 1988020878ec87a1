package io.canarygateway.store;

import java.util.random.RandomGenerator;

/**
 * The waiting time before the next try. It doubles with each failure up to a limit, with jitter, so
 * that many gateways do not try at the same moment. On one context.
 */
public final class Backoff {

  private final long firstMs;
  private final long limitMs;
  private final RandomGenerator random;
  private long nextMs;

  /**
   * Creates a sequence of waiting times.
   *
   * @param firstMs the first step in milliseconds, at least 1
   * @param limitMs the longest step in milliseconds
   * @param random the source of the jitter
   */
  public Backoff(long firstMs, long limitMs, RandomGenerator random) {
    this.firstMs = firstMs;
    this.limitMs = limitMs;
    this.random = random;
    this.nextMs = firstMs;
  }

  /**
   * Takes the next waiting time, and doubles the step.
   *
   * @return milliseconds: from half of the current step to all of it, at least 1
   */
  public long next() {
    long step = nextMs;
    nextMs = Math.min(limitMs, nextMs * 2);
    return Math.max(1, step / 2 + random.nextLong(step / 2 + 1));
  }

  /** Makes the next waiting time the first one again, after a success. */
  public void reset() {
    nextMs = firstMs;
  }
}
