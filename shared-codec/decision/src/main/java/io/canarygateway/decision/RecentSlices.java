package io.canarygateway.decision;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;

/**
 * Remembers a window, in slices of time. A slice is forgotten as a whole, once all of it is older
 * than the window: so things are remembered for the window, and for at most one slice longer.
 */
final class RecentSlices implements Recollection {

  /** A window has so many slices: things are remembered by a sixtieth too long at most. */
  private static final int PER_WINDOW = 60;

  private static final Slice CLOSED = new Slice(Long.MAX_VALUE, 0);
  private static final Slice EMPTY = new Slice(-1, 0);

  /**
   * What happened in one slice of time.
   *
   * @param number slices are numbered from the beginning on
   */
  private record Slice(long number, long times) {}

  private final LongSupplier nanoClock;
  private final long beginNanos;
  private final long sliceNanos;

  /** The slice of a number has the place of its remainder: there is one for each that counts. */
  private final AtomicReferenceArray<Slice> slices = new AtomicReferenceArray<>(PER_WINDOW + 1);

  /** The newest slice when old ones were last forgotten. */
  private final AtomicLong swept = new AtomicLong();

  RecentSlices(Duration window, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    beginNanos = nanoClock.getAsLong();
    sliceNanos = (window.toNanos() + PER_WINDOW - 1) / PER_WINDOW;
    for (int i = 0; i < slices.length(); i++) {
      slices.setPlain(i, EMPTY);
    }
  }

  private long numberOfNow() {
    return (nanoClock.getAsLong() - beginNanos) / sliceNanos;
  }

  @Override
  public boolean add(long more) {
    long number = numberOfNow();
    int place = (int) (number % slices.length());
    while (true) {
      Slice seen = slices.get(place);
      if (seen == CLOSED) {
        return false;
      }
      // What is left of an older slice is remembered longer, and so is what a thread adds that was
      // held up for a whole window: too long is never too many.
      Slice next = new Slice(Math.max(seen.number(), number), seen.times() + more);
      if (slices.compareAndSet(place, seen, next)) {
        return true;
      }
    }
  }

  @Override
  public long forget() {
    long now = numberOfNow();
    long last = swept.get();
    if (now <= last || !swept.compareAndSet(last, now)) {
      return 0;
    }
    long forgotten = 0;
    for (int place = 0; place < slices.length(); place++) {
      Slice seen = slices.get(place);
      while (seen.times() > 0 && now - seen.number() > PER_WINDOW) {
        if (slices.compareAndSet(place, seen, EMPTY)) {
          forgotten += seen.times();
        }
        seen = slices.get(place);
      }
    }
    return forgotten;
  }

  @Override
  public long close() {
    long remembered = 0;
    for (int place = 0; place < slices.length(); place++) {
      remembered += slices.getAndSet(place, CLOSED).times();
    }
    return remembered;
  }
}
