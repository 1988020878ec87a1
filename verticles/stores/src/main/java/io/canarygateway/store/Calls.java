package io.canarygateway.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Runs the calls of a store. Each call ends in time, and every failure is a {@link StoreException}.
 * The number of calls that run at once has a limit. On one context.
 */
final class Calls {

  static final long TIMEOUT_MS = 3_000;

  private static final int MAX_RUNNING = 256;

  private final Vertx vertx;
  private final Function<Throwable, String> reasons;
  private int running;
  private boolean closed;

  /**
   * Creates the calls of one store.
   *
   * @param reasons finds the reason of a failure, in one line for operators
   */
  Calls(Vertx vertx, Function<Throwable, String> reasons) {
    this.vertx = vertx;
    this.reasons = reasons;
  }

  /**
   * The moment at which a call has failed.
   *
   * @param nanos as of {@link System#nanoTime}
   */
  record Deadline(long nanos) {

    long leftMs() {
      return TimeUnit.NANOSECONDS.toMillis(nanos - System.nanoTime());
    }

    boolean isOver() {
      return leftMs() <= 0;
    }
  }

  /** A call, which may throw instead of returning a failed future. */
  interface Call<T> {
    Future<T> begin(Deadline deadline) throws StoreException;
  }

  /** Runs a call. Its result arrives on the context, at the deadline at the latest. */
  <T> Future<T> run(Call<T> call) {
    if (closed) {
      return failed("the store is closed");
    }
    if (running >= MAX_RUNNING) {
      return failed("too many calls of the store wait for answers");
    }
    Deadline deadline = new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS));
    Future<T> begun;
    try {
      begun = call.begin(deadline);
    } catch (StoreException | RuntimeException e) {
      return Future.failedFuture(exception(e));
    }
    running++;
    Promise<T> result = Promise.promise();
    long timer =
        vertx.setTimer(
            TIMEOUT_MS,
            late -> result.tryFail(new StoreException("no answer in " + TIMEOUT_MS + " ms", null)));
    begun.onComplete(
        done -> {
          running--;
          vertx.cancelTimer(timer);
          if (done.succeeded()) {
            result.tryComplete(done.result());
          } else {
            result.tryFail(exception(done.cause()));
          }
        });
    return result.future();
  }

  private StoreException exception(Throwable cause) {
    return cause instanceof StoreException known
        ? known
        : new StoreException(Causes.line(reasons.apply(cause)), cause);
  }

  private static <T> Future<T> failed(String reason) {
    return Future.failedFuture(new StoreException(reason, null));
  }

  /** Refuses all later calls. */
  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }
}
