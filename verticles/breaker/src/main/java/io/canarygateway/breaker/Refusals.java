package io.canarygateway.breaker;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Whether requests were refused lately, by a count that only grows. Confined to one context. */
final class Refusals {

  private static final long LATELY_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final LongSupplier count;
  private long seen;
  private long lastNanos;
  private boolean any;

  Refusals(LongSupplier count) {
    this.count = count;
  }

  /** Takes a sample. */
  void sample(long nowNanos) {
    long now = count.getAsLong();
    if (now != seen) {
      seen = now;
      lastNanos = nowNanos;
      any = true;
    } else if (any && nowNanos - lastNanos > LATELY_NANOS) {
      any = false;
    }
  }

  boolean lately() {
    return any;
  }
}
