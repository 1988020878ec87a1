package io.canarygateway.store;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls one {@link Watcher}: with each state that differs from the last one, with each new trouble,
 * and never after the end of the watch. On one context.
 */
final class Observation {

  private static final Logger LOG = LoggerFactory.getLogger(Observation.class);

  private final Watcher watcher;
  private @Nullable Revision last;
  private String trouble = "";
  private boolean closed;

  Observation(Watcher watcher) {
    this.watcher = watcher;
  }

  void state(State state) {
    if (closed || trouble.isEmpty() && state.revision().equals(last)) {
      return;
    }
    last = state.revision();
    trouble = "";
    guarded(() -> watcher.state(state));
  }

  /** Reports the next state in any case, because the watcher may know of one that was not seen. */
  void forget() {
    last = null;
  }

  void trouble(String reason) {
    if (closed || reason.equals(trouble)) {
      return;
    }
    trouble = reason.isEmpty() ? "unknown" : reason;
    guarded(() -> watcher.trouble(trouble));
  }

  /** An error in a watcher must not end its watch. */
  private static void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      LOG.error("the watcher of a state failed", e);
    }
  }

  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }
}
