package io.canarygateway.breaker;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** The time and the context of a {@link LeaseKeeper}. */
interface Timing {

  /** Nanoseconds that never go back. Any thread may call it. */
  long nanoTime();

  /** Runs an action on the context once. Any thread may call it. */
  void run(Runnable action);

  /** Runs an action on the context after a time of at least 1 ms. */
  void after(long ms, Runnable action);

  /** The real time, on the context of the caller. */
  static Timing of(Vertx vertx) {
    Context context = vertx.getOrCreateContext();
    return new Timing() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void run(Runnable action) {
        context.runOnContext(v -> action.run());
      }

      @Override
      public void after(long ms, Runnable action) {
        vertx.setTimer(ms, timer -> action.run());
      }
    };
  }
}
