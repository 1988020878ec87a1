package io.canarygateway.decision;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one process holds of one limit: what it was granted less what it has used, in one word, so
 * that taking, giving back and returning are exact however many threads do it at once. Below zero
 * it is a debt: used without having been granted.
 */
final class Budget {

  private final AtomicLong balance = new AtomicLong();

  /** At or below this it is time to draw more. */
  private volatile long lowWater;

  /** Whether nothing of the limit is left to be drawn. */
  private volatile boolean exhausted;

  /** Takes one if there is one. */
  boolean take() {
    while (true) {
      long seen = balance.get();
      if (seen <= 0) {
        return false;
      }
      if (balance.compareAndSet(seen, seen - 1)) {
        return true;
      }
    }
  }

  /** Takes one whether there is one or not. */
  void takeAnyway() {
    balance.decrementAndGet();
  }

  void add(long amount) {
    balance.addAndGet(amount);
  }

  /**
   * Grants what was used already: never so much that anything can be spent of it.
   *
   * @return how much of it was not needed any more
   */
  long payDebt(long amount) {
    long had = balance.getAndUpdate(seen -> seen < 0 ? Math.min(0, seen + amount) : seen);
    return amount - Math.min(amount, Math.max(0, -had));
  }

  /**
   * Takes away what is more than may be kept, if anything.
   *
   * @return how much that was
   */
  long reclaim(long keep) {
    long had = balance.getAndUpdate(seen -> Math.min(seen, keep));
    return had > keep ? had - keep : 0; // Of a debt nothing may be kept, nor taken.
  }

  long balance() {
    return balance.get();
  }

  boolean low() {
    return balance.get() <= lowWater;
  }

  boolean exhausted() {
    return exhausted;
  }

  void expect(long newLowWater, boolean nothingLeft) {
    lowWater = newLowWater;
    exhausted = nothingLeft;
  }
}
