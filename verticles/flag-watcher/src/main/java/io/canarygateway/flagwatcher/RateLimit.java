package io.canarygateway.flagwatcher;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How often something may happen to a key within a span of time. On one context. */
final class RateLimit {

  private record Window(long startNanos, int count) {}

  private final int limit;
  private final long windowNanos;
  private final LongSupplier clock;
  private final Map<String, Window> windows = new HashMap<>();

  /**
   * A limit.
   *
   * @param limit how often at most in a window
   * @param window how long a window is; it begins with the first time
   * @param clock the time in ns
   */
  RateLimit(int limit, Duration window, LongSupplier clock) {
    this.limit = limit;
    this.windowNanos = window.toNanos();
    this.clock = clock;
  }

  /** Whether it may happen now, which then counts. */
  boolean allows(String key) {
    long now = clock.getAsLong();
    Window window = windows.get(key);
    if (window == null || now - window.startNanos() >= windowNanos) {
      window = new Window(now, 0);
    }
    if (window.count() >= limit) {
      return false;
    }
    windows.put(key, new Window(window.startNanos(), window.count() + 1));
    return true;
  }
}
