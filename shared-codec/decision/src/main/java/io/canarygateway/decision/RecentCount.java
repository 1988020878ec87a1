package io.canarygateway.decision;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How often something happened within a window, as a part of a word that others change too. The
 * word is never too low: an event is added to it before it is remembered, and taken off after it
 * was forgotten.
 */
final class RecentCount {

  private final AtomicLong word;
  private final long unit;
  private final LongSupplier nanoClock;
  private volatile Recollection recollection;

  /**
   * A count of nothing yet.
   *
   * @param word holds the count
   * @param unit what one event is in it
   */
  RecentCount(AtomicLong word, long unit, LongSupplier nanoClock, Duration window) {
    this.word = word;
    this.unit = unit;
    this.nanoClock = nanoClock;
    this.recollection = Recollection.of(window, nanoClock);
  }

  /** Remembers an event that the word holds already. */
  void happened() {
    while (!recollection.add(1)) {
      Thread.onSpinWait(); // Another window takes over just now.
    }
  }

  /** Takes off the word what is older than the window. */
  void forget() {
    long forgotten = recollection.forget();
    if (forgotten > 0) {
      word.addAndGet(-forgotten * unit);
    }
  }

  /**
   * Another window holds from now on. What counts at this moment is taken for having just happened.
   * One call at a time.
   */
  void window(Duration window) {
    Recollection before = recollection;
    Recollection next = Recollection.of(window, nanoClock);
    recollection = next;
    next.add(before.close());
  }
}
