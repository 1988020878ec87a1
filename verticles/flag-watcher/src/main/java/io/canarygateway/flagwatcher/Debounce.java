package io.canarygateway.flagwatcher;

import io.vertx.core.Vertx;

/**
 * Acts once things have been quiet for a moment, or have gone on for long enough: a file is seldom
 * written in one go, nor the files of a directory. On one context.
 */
final class Debounce {

  private static final long QUIET_MS = 15;
  private static final long LIMIT_MS = 200;

  /** Between two actions, where things do not come to rest. */
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

  /** Something happened. */
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
