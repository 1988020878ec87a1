package io.canarygateway.flagwatcher;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** A limit on the events of each key within a window of time. On one context. */
final class RateLimit {

  private record Window(long startNanos, int count) {}

  /** From so many keys on, those are forgotten that are quiet. */
  private static final int MAX_WINDOWS = 10_000;

  private final int limit;
  private final long windowNanos;
  private final LongSupplier clock;
  private final Map<String, Window> windows = new HashMap<>();

  /**
   * Creates a limit under which nothing has happened yet.
   *
   * @param limit the events of a key in one window, at most
   * @param window the length of a window, which begins with its first event
   * @param clock the time in ns
   */
  RateLimit(int limit, Duration window, LongSupplier clock) {
    this.limit = limit;
    this.windowNanos = window.toNanos();
    this.clock = clock;
  }

  /** Counts an event, unless it is over the limit; whether it was counted. */
  boolean allows(String key) {
    long now = clock.getAsLong();
    Window window = windows.get(key);
    if (window == null || now - window.startNanos() >= windowNanos) {
      window = new Window(now, 0);
    }
    if (window.count() >= limit) {
      return false;
    }
    if (windows.size() >= MAX_WINDOWS) {
      windows.values().removeIf(old -> now - old.startNanos() >= windowNanos);
    }
    windows.put(key, new Window(window.startNanos(), window.count() + 1));
    return true;
  }
}
