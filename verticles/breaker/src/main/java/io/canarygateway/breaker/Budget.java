package io.canarygateway.breaker;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * One process's part of one limit of the cluster: the amount leased less the amount used. All
 * operations are exact at any concurrency. A balance below zero is a debt: used without a lease.
 *
 * <p>With a window, an amount that was used comes back once it is older than the window.
 */
final class Budget {

  private final AtomicLong balance = new AtomicLong();

  /** What was used within the window. The balance lacks it until it is forgotten. */
  private final RecentCount used;

  /** The amount that this process may use, or has used. The store has it as leased by this node. */
  private final AtomicLong leased = new AtomicLong();

  private volatile BudgetView view = BudgetView.UNKNOWN;

  Budget(LongSupplier nanoClock, Duration window) {
    used = new RecentCount(balance, -1, nanoClock, window);
  }

  /** Takes one if the balance is above zero and the cluster has not leased more than the limit. */
  boolean take() {
    while (true) {
      long seen = balance.get();
      if (seen <= 0) {
        return false;
      }
      if (balance.compareAndSet(seen, seen - 1)) {
        break;
      }
    }
    // Read after the balance: what came in since the view was closed is not spent.
    if (view.closed()) {
      balance.incrementAndGet();
      return false;
    }
    return true;
  }

  /** Whether {@link #take} would take one now. */
  boolean mayTake() {
    return balance.get() > 0 && !view.closed();
  }

  /** Takes one even if that makes a debt. */
  void takeAnyway() {
    balance.decrementAndGet();
  }

  /** Puts back one that was taken and not used. */
  void putBack() {
    balance.incrementAndGet();
  }

  /** Remembers that one that was taken has been used. */
  void remember() {
    used.happened();
  }

  /** Gives back what is older than the window. Callers do this before they decide. */
  void forget() {
    used.forget();
  }

  /** Changes the window. Callers make one call at a time. */
  void window(Duration window) {
    used.window(window);
  }

  /** Adds a lease, also one for uses that had none. Callers make one call at a time. */
  void lease(long more) {
    leased.addAndGet(more);
    balance.addAndGet(more);
  }

  /**
   * Takes everything above an amount out of the balance, to return it. Callers make one call at a
   * time.
   */
  void reclaim(long keep) {
    long had = balance.getAndUpdate(seen -> Math.min(seen, keep));
    if (had > keep) {
      leased.addAndGet(keep - had);
    }
  }

  /** The amount leased, used or not. */
  long leased() {
    return leased.get();
  }

  /** The amount used without a lease. */
  long debt() {
    return Math.max(0, -balance.get());
  }

  /** The amount leased and not used. */
  long unused() {
    return Math.max(0, balance.get());
  }

  /** The amount leased and not used; below zero if more was used than leased. */
  long balance() {
    return balance.get();
  }

  /** The amount used and counted now. */
  long used() {
    return Math.max(0, leased.get() - balance.get());
  }

  boolean low() {
    return balance.get() <= view.lowWater();
  }

  BudgetView view() {
    return view;
  }

  void view(BudgetView newView) {
    view = newView;
  }
}
