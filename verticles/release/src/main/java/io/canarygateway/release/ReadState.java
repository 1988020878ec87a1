package io.canarygateway.release;

import io.canarygateway.store.Causes;
import io.canarygateway.store.State;
import org.jspecify.annotations.Nullable;

/**
 * What the store's text says. Immutable.
 *
 * @param release the state; null if the store has none, or if its text is no state
 * @param fault why the text is no state; empty if it is one, or if there is none
 */
record ReadState(@Nullable StoredRelease release, String fault) {

  static ReadState of(State state) {
    if (!state.exists()) {
      return new ReadState(null, "");
    }
    try {
      return new ReadState(StoredRelease.parse(state.text()), "");
    } catch (IllegalArgumentException e) {
      return new ReadState(null, Causes.line(e));
    }
  }

  /** Whether it was written after another state, or says for sure that there is none. */
  boolean isNewerThan(@Nullable StoredRelease last) {
    return release == null ? last == null : last == null || release.sequence() > last.sequence();
  }
}
