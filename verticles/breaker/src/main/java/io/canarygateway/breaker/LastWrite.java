package io.canarygateway.breaker;

import io.canarygateway.store.StateKey;
import io.canarygateway.store.StateStore;
import io.canarygateway.store.WriteResult;
import io.vertx.core.Future;
import java.time.Duration;

/** The last write of a node that leaves: it returns everything unused. */
final class LastWrite {

  private static final int ATTEMPTS = 40;

  private final StateStore store;
  private final StateKey key;
  private final Lease lease;
  private final Duration window;

  LastWrite(StateStore store, StateKey key, Lease lease, Duration window) {
    this.store = store;
    this.key = key;
    this.lease = lease;
    this.window = window;
  }

  /** Writes; succeeds also if the store does not answer. Then what was unused counts as used. */
  Future<Void> write() {
    return attempt(ATTEMPTS).otherwiseEmpty();
  }

  private Future<Void> attempt(int left) {
    return store
        .read(key)
        .compose(
            state ->
                store.compareAndSet(
                    key,
                    state.revision(),
                    lease.leave(LeaseRecord.of(state.text()), window).text()))
        .compose(
            result ->
                result instanceof WriteResult.Conflict && left > 1
                    ? attempt(left - 1)
                    : Future.<Void>succeededFuture());
  }
}
