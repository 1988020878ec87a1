package io.canarygateway.launcher;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** Waits for Vert.x from a test's thread. */
final class Await {

  private static final int TIMEOUT_SECONDS = 30;

  private Await() {}

  static <T> T result(Future<T> future) {
    try {
      return future.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("not done in " + TIMEOUT_SECONDS + " s", e);
    }
  }
}
