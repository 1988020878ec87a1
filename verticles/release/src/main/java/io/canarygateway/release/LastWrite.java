package io.canarygateway.release;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** The last write of a release when the process stops: a revert, or what was counted. */
final class LastWrite {

  private static final long MOST_MS = 4_000;

  private LastWrite() {}

  /** Completes when it is written, or when that takes too long. */
  static Future<Void> of(RouteRelease release, Outside outside) {
    release.scores().count(outside.nanoTime());
    StateKeeper keeper = release.keeper();
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
