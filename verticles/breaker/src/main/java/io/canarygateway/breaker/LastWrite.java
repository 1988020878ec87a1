package io.canarygateway.breaker;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The last write of a node that leaves: it returns everything unused. After a failure it is tried
 * again, as long as there is time.
 */
final class LastWrite {

  /** How long the node tries. */
  static final long MOST_MS = 4_000;

  private static final long RETRY_MS = 50;

  private final Timing timing;
  private final LeaseWrites writes;
  private final Lease lease;
  private final Duration window;
  private final long untilNanos;

  /**
   * Sends nothing yet.
   *
   * @param writes not used before, so that a write of unknown outcome is one of this class
   */
  LastWrite(Timing timing, LeaseWrites writes, Lease lease, Duration window) {
    this.timing = timing;
    this.writes = writes;
    this.lease = lease;
    this.window = window;
    this.untilNanos = timing.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOST_MS);
  }

  /** Writes; succeeds also if the store does not answer. Then what was unused counts as used. */
  Future<Void> write() {
    return writes
        .read()
        .compose(this::goOn)
        .recover(
            cause -> timing.nanoTime() - untilNanos > 0 ? Future.succeededFuture() : writeAgain());
  }

  private Future<Void> goOn(LeaseWrites.Outcome outcome) {
    return outcome.landed()
        ? Future.succeededFuture()
        : lease
            .leave(outcome.record(), window)
            .map(proposal -> writes.write(outcome.state().revision(), proposal).compose(this::goOn))
            .orElseGet(Future::succeededFuture);
  }

  private Future<Void> writeAgain() {
    Promise<Void> pause = Promise.promise();
    timing.after(RETRY_MS, pause::complete);
    return pause.future().compose(paused -> write());
  }
}
