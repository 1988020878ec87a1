package io.canarygateway.decision;

import java.util.concurrent.atomic.AtomicLong;

/**
 * One process's part of one limit of the cluster: the amount granted less the amount used. Both are
 * in one word, so that all operations are exact at any concurrency. A balance below zero is a debt:
 * used without having been granted.
 */
final class Budget {

  private final AtomicLong balance = new AtomicLong();

  /** At this balance and below it is time to lease more. */
  private volatile long lowWater;

  /** Whether the cluster has nothing left to lease. */
  private volatile boolean exhausted;

  /** Takes one if the balance is above zero. */
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

  /** Takes one even if that makes a debt. */
  void takeAnyway() {
    balance.decrementAndGet();
  }

  void add(long amount) {
    balance.addAndGet(amount);
  }

  /**
   * Grants an amount that was used already. The balance never gets above zero by this.
   *
   * @return the part of the amount that was not needed
   */
  long payDebt(long amount) {
    long had = balance.getAndUpdate(seen -> seen < 0 ? Math.min(0, seen + amount) : seen);
    return amount - Math.min(amount, Math.max(0, -had));
  }

  /**
   * Takes everything above an amount out of the balance.
   *
   * @return the amount taken
   */
  long reclaim(long keep) {
    long had = balance.getAndUpdate(seen -> Math.min(seen, keep));
    return had > keep ? had - keep : 0;
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
