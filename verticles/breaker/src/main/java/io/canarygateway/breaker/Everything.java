package io.canarygateway.breaker;

import java.util.concurrent.atomic.AtomicLong;

/** The memory of a breaker without a window: events count for ever. */
final class Everything implements Recollection {

  private static final long CLOSED = -1;

  private final AtomicLong times = new AtomicLong();

  @Override
  public boolean add(long more) {
    while (true) {
      long seen = times.get();
      if (seen == CLOSED) {
        return false;
      }
      if (times.compareAndSet(seen, seen + more)) {
        return true;
      }
    }
  }

  @Override
  public long forget() {
    return 0;
  }

  @Override
  public long close() {
    return times.getAndSet(CLOSED);
  }
}
