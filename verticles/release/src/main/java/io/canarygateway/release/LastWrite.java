package io.canarygateway.release;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The last write of a release when the process stops: a revert, or what was counted. */
final class LastWrite {

  private static final long MOST_MS = 4_000;

  private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long LOOK_MS = 25;

  private LastWrite() {}

  /**
   * Completes when each revert is in the store, or when that takes too long. Ticks go on.
   *
   * @param isSettled whether no revert has to be written any more, and no write is in flight
   */
  static Future<Void> settled(Vertx vertx, BooleanSupplier isSettled) {
    if (isSettled.getAsBoolean()) {
      return Future.succeededFuture();
    }
    long until = System.nanoTime() + SETTLE_NANOS;
    Promise<Void> settled = Promise.promise();
    vertx.setPeriodic(
        LOOK_MS,
        timer -> {
          if (isSettled.getAsBoolean() || System.nanoTime() - until > 0) {
            vertx.cancelTimer(timer);
            settled.complete();
          }
        });
    return settled.future();
  }

  /** Completes when it is written, or when that takes too long. */
  static Future<Void> of(RouteRelease release, Outside outside) {
    release.scores().count(outside.nanoTime());
    StateKeeper keeper = release.keeper();
    keeper.hurry();
    Future<Boolean> write =
        release.isReverting()
            ? keeper.writeRevert()
            : release
                .stored()
                .filter(each -> each.progress().stage().isActive() && keeper.isReady())
                .map(keeper::writeEvidence)
                .orElse(Future.succeededFuture(false));
    return write
        .timeout(MOST_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .<Void>mapEmpty()
        .onComplete(done -> release.link().close());
  }
}
