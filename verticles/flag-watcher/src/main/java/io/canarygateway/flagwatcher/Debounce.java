package io.canarygateway.flagwatcher;

import io.vertx.core.Vertx;

/**
 * Runs an action 15 ms after the last of several events, or 200 ms after the first one. A file, or
 * the files of a directory, are seldom written in one go. On one context.
 */
final class Debounce {

  private static final long QUIET_MS = 15;
  private static final long LIMIT_MS = 200;

  /** The least time between two actions while events go on. */
  private static final long PAUSE_MS = 50;

  private final Vertx vertx;
  private final Runnable action;
  private long firstPoke;
  private long lastPoke;
  private long lastAction = System.nanoTime() - PAUSE_MS * 1_000_000;
  private boolean waiting;

  Debounce(Vertx vertx, Runnable action) {
    this.vertx = vertx;
    this.action = action;
  }

  /** Notes an event. */
  void poke() {
    lastPoke = System.nanoTime();
    if (!waiting) {
      waiting = true;
      firstPoke = lastPoke;
      later(QUIET_MS);
    }
  }

  private void later(long ms) {
    vertx.setTimer(ms, timer -> check());
  }

  private void check() {
    long now = System.nanoTime();
    long quiet = (now - lastPoke) / 1_000_000;
    long pause = (now - lastAction) / 1_000_000;
    if (pause < PAUSE_MS) {
      later(PAUSE_MS - pause);
    } else if (quiet >= QUIET_MS || (now - firstPoke) / 1_000_000 >= LIMIT_MS) {
      waiting = false;
      lastAction = now;
      action.run();
    } else {
      later(QUIET_MS - quiet);
    }
  }
}
