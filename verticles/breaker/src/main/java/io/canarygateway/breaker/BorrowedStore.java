package io.canarygateway.breaker;

import io.canarygateway.store.Revision;
import io.canarygateway.store.State;
import io.canarygateway.store.StateKey;
import io.canarygateway.store.StateStore;
import io.canarygateway.store.Watch;
import io.canarygateway.store.Watcher;
import io.canarygateway.store.WriteResult;
import io.vertx.core.Future;

/** A store that several keepers share, so that none of them closes it. */
final class BorrowedStore implements StateStore {

  private final StateStore store;

  BorrowedStore(StateStore store) {
    this.store = store;
  }

  @Override
  public String engine() {
    return store.engine();
  }

  @Override
  public Future<State> read(StateKey key) {
    return store.read(key);
  }

  @Override
  public Future<WriteResult> compareAndSet(StateKey key, Revision expected, String text) {
    return store.compareAndSet(key, expected, text);
  }

  @Override
  public Watch watch(StateKey key, Watcher watcher) {
    return store.watch(key, watcher);
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
