package io.canarygateway.release;

import io.canarygateway.store.Backoff;
import io.canarygateway.store.Causes;
import io.vertx.core.Future;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writes of one release's state. A verdict is made known when its write is in the store, also
 * if the answer was lost and the state comes by the watch. On one context.
 */
final class StateWrites {

  private static final Logger LOG = LoggerFactory.getLogger(StateWrites.class);

  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 2_000;

  /** So many writes of unknown outcome are remembered: the newest, since only one can succeed. */
  private static final int MOST_UNKNOWN = 16;

  private final StateLink link;
  private final Outside outside;
  private final Backoff backoff =
      new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, RandomGenerator.getDefault());

  /** What is made known once a write is in the store, by its writer. */
  private final Map<String, Runnable> onceWritten = new LinkedHashMap<>();

  private int running;
  private long notBeforeNanos;

  StateWrites(StateLink link, Outside outside) {
    this.link = link;
    this.outside = outside;
    notBeforeNanos = outside.nanoTime();
  }

  /** Whether a write is in flight. */
  boolean isRunning() {
    return running > 0;
  }

  /** Whether a write is in flight, or the pause after a failed one lasts. */
  boolean isBusy() {
    return isRunning() || outside.nanoTime() - notBeforeNanos < 0;
  }

  /** Ends the pause after a failure, for a write that is more urgent. */
  void hurry() {
    notBeforeNanos = outside.nanoTime();
  }

  /**
   * Writes a state.
   *
   * @param announce makes the write known; null for a write that says nothing new
   * @return whether it was written; fails if that is unknown
   */
  Future<Boolean> write(StoredRelease content, @Nullable Runnable announce) {
    StoredRelease draft = link.draft(content);
    if (announce != null) {
      onceWritten.put(draft.writer(), announce);
      forgetOldest();
    }
    running++;
    return link.write(draft)
        .onComplete(
            done -> {
              running--;
              if (done.succeeded()) {
                backoff.reset();
                Runnable last = onceWritten.remove(draft.writer());
                if (done.result()) {
                  onceWritten.clear(); // An older write cannot succeed any more.
                }
                if (last != null && done.result()) {
                  last.run(); // The state was replaced before it was seen.
                }
              } else {
                long pauseMs = backoff.next();
                notBeforeNanos = outside.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs);
                LOG.atDebug().log(
                    "a release's state was not written: {}", Causes.line(done.cause()));
              }
            });
  }

  private void forgetOldest() {
    Iterator<String> oldest = onceWritten.keySet().iterator();
    while (onceWritten.size() > MOST_UNKNOWN) {
      oldest.next();
      oldest.remove();
    }
  }

  /** The store has a state. */
  void adopted(StoredRelease state) {
    Runnable announce = onceWritten.remove(state.writer());
    if (announce != null) {
      announce.run();
    }
  }
}
