package io.canarygateway.flagwatcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/** Calls of users' extensions, which may block or fail. */
final class UserCode {

  private static final long CLOSE_TIMEOUT_MS = 1_000;

  private UserCode() {}

  /** Closes an extension on a worker; completes within a second, and never fails. */
  static Future<Void> close(Vertx vertx, AutoCloseable extension) {
    return vertx
        .<Void>executeBlocking(
            () -> {
              extension.close();
              return null;
            },
            false)
        .timeout(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }
}
