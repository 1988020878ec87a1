package io.canarygateway.breaker;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A count of the events within a window, as a part of a word that others change too. The word is
 * never too low: an event is added to it before it is remembered, and subtracted after it was
 * forgotten.
 */
final class RecentCount {

  private final AtomicLong word;
  private final long unit;
  private final LongSupplier nanoClock;
  private volatile Recollection memory;

  /**
   * Creates a count of no events.
   *
   * @param word holds the count
   * @param unit the value of one event in the word
   */
  RecentCount(AtomicLong word, long unit, LongSupplier nanoClock, Duration window) {
    this.word = word;
    this.unit = unit;
    this.nanoClock = nanoClock;
    this.memory = recollection(window, nanoClock);
  }

  /** Remembers an event that the word contains already. */
  void happened() {
    while (!memory.add(1)) {
      Thread.onSpinWait(); // A change of the window is replacing the memory.
    }
  }

  /** Subtracts events that are older than the window. */
  void forget() {
    long forgotten = memory.forget();
    if (forgotten > 0) {
      word.addAndGet(-forgotten * unit);
    }
  }

  /**
   * Changes the window. Events that count now are treated as if they had just happened. Callers
   * make one call at a time.
   */
  void window(Duration window) {
    Recollection before = memory;
    Recollection next = recollection(window, nanoClock);
    memory = next;
    next.add(before.close());
  }

  /** The memory of a window; for a window of zero, one that never forgets. */
  private static Recollection recollection(Duration window, LongSupplier nanoClock) {
    return window.isZero() ? new Everything() : new RecentSlices(window, nanoClock);
  }
}
