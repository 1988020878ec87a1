package io.canarygateway.breaker;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;

/**
 * The memory of a window, in slices of time. A slice is forgotten as a whole once all of it is
 * older than the window. So events are remembered for the window and at most one slice longer.
 */
final class RecentSlices implements Recollection {

  /** The slices of a window: events are remembered at most a sixtieth of it too long. */
  private static final int PER_WINDOW = 60;

  private static final Slice CLOSED = new Slice(Long.MAX_VALUE, 0);
  private static final Slice EMPTY = new Slice(-1, 0);

  /**
   * The events of one slice of time.
   *
   * @param number the slice's number, counted from the creation of this memory
   */
  private record Slice(long number, long times) {}

  private final LongSupplier nanoClock;
  private final long beginNanos;
  private final long sliceNanos;

  /**
   * A slice's index is its number modulo the length, so each slice within the window has its own.
   */
  private final AtomicReferenceArray<Slice> slices = new AtomicReferenceArray<>(PER_WINDOW + 1);

  /** The newest slice at the time of the last sweep. */
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
      // Events of an older slice at this index are remembered longer. So are events of a thread
      // that
      // was suspended for a whole window. Counting too long is safe: it never admits too many.
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
