package io.canarygateway.flagwatcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/** Calls of what users added, which may block or fail. */
final class UserCode {

  private static final long CLOSE_TIMEOUT_MS = 1_000;

  private UserCode() {}

  /** Closes on a worker; completes after a second at the latest, and never fails. */
  static Future<Void> close(Vertx vertx, AutoCloseable source) {
    return vertx
        .<Void>executeBlocking(
            () -> {
              source.close();
              return null;
            },
            false)
        .timeout(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }
}
