package io.canarygateway.proxy;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks at the clock for all requests of one event loop at once, which costs each of them far less
 * than a timer of its own.
 */
final class Watchdog {

  /** How late a timeout may be noticed. */
  private static final long TICK_MS = 20;

  /** What may take too long. */
  interface Watched {

    /**
     * Ends itself if its time is up.
     *
     * @param nowNanos the time by {@link System#nanoTime}
     */
    void check(long nowNanos);
  }

  private final Set<Watched> watched = new LinkedHashSet<>();

  Watchdog(Vertx vertx) {
    vertx.setPeriodic(TICK_MS, id -> tick());
  }

  void watch(Watched subject) {
    watched.add(subject);
  }

  void forget(Watched subject) {
    watched.remove(subject);
  }

  private void tick() {
    if (!watched.isEmpty()) {
      List<Watched> all = new ArrayList<>(watched);
      long now = System.nanoTime();
      all.forEach(subject -> subject.check(now));
    }
  }
}
