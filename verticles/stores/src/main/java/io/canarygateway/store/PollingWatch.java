package io.canarygateway.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A watch that reads a state again and again, and at once after a hint. At most one read is in
 * flight and one more waits. On one context.
 */
final class PollingWatch implements Watch {

  private final Vertx vertx;
  private final Supplier<Future<State>> read;
  private final Consumer<PollingWatch> ended;
  private final Observation observation;
  private final long periodMs;
  private long timer;
  private boolean reading;
  private boolean again;

  /**
   * Begins to watch.
   *
   * @param periodMs the time from one read to the next
   * @param read reads the state; fails with a {@link StoreException}
   * @param ended called once when the watch is closed
   */
  PollingWatch(
      Vertx vertx,
      long periodMs,
      Supplier<Future<State>> read,
      Watcher watcher,
      Consumer<PollingWatch> ended) {
    this.vertx = vertx;
    this.periodMs = periodMs;
    this.read = read;
    this.ended = ended;
    this.observation = new Observation(watcher);
    vertx.runOnContext(v -> poll());
  }

  /** Reads soon, since the state may have changed. */
  void hint() {
    if (reading) {
      again = true; // The read in flight may be too old to see the change.
    } else {
      poll();
    }
  }

  /**
   * This process has written a state. If the state becomes again what it was at the last read,
   * before the next read, that is a change for a watcher that knows of the write.
   */
  static void written(Map<PollingWatch, StateKey> watches, StateKey key) {
    watches.forEach(
        (watch, watched) -> {
          if (watched.equals(key)) {
            watch.observation.forget();
          }
        });
  }

  private void poll() {
    if (observation.isClosed() || reading) {
      return;
    }
    vertx.cancelTimer(timer);
    reading = true;
    read.get()
        .onComplete(
            done -> {
              reading = false;
              if (done.succeeded()) {
                observation.state(done.result());
              } else {
                observation.trouble(Causes.line(done.cause()));
              }
              next();
            });
  }

  private void next() {
    if (again) {
      again = false;
      poll();
    } else if (!observation.isClosed()) {
      timer = vertx.setTimer(periodMs, tick -> poll());
    }
  }

  @Override
  public void close() {
    if (!observation.isClosed()) {
      observation.close();
      vertx.cancelTimer(timer);
      ended.accept(this);
    }
  }
}
