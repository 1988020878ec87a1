package io.canarygateway.store;

import io.vertx.core.Future;

/**
 * A store of small texts, shared by several processes. All implementations behave alike, and {@code
 * StateStoreContract} in the tests says how.
 *
 * <p>A store is used on the Vert.x context on which it was opened. All results and all calls of a
 * {@link Watcher} arrive on that context. No method blocks, and each call ends within about 3 s. At
 * most 256 calls run at once; a call above that limit fails.
 */
public interface StateStore {

  /** {@return the engine for operators: {@code etcd}, {@code dynamodb} or {@code file}} */
  String engine();

  /**
   * Reads the newest state. The read sees every write that completed before it began.
   *
   * @param key the key
   * @return the state; fails with a {@link StoreException} if the store does not answer
   */
  Future<State> read(StateKey key);

  /**
   * Writes a state if the store still holds the expected revision.
   *
   * <p>If the future fails, the outcome is unknown: the write may have happened, or it may still
   * happen later. It cannot happen any more once the state has another revision than the expected
   * one. (After {@link Revision#NONE}, a deleted state has the expected revision again.)
   *
   * <p>To learn the outcome, repeat the same write with the same expected revision until it does
   * not fail. After {@link WriteResult.Written} it has happened once. After {@link
   * WriteResult.Conflict} the current text shows whether an earlier try has happened, if each
   * writer keeps the number of its last write in the text. Only a first try's conflict means for
   * sure that nothing was written.
   *
   * @param key the key
   * @param expected the revision that is replaced; {@link Revision#NONE} if there must be no state
   * @param text the new state, at most 256 KiB in UTF-8, never empty; another text is not sent, and
   *     the future fails
   * @return what happened; fails with a {@link StoreException} if the outcome is unknown
   */
  Future<WriteResult> compareAndSet(StateKey key, Revision expected, String text);

  /**
   * Follows a state until {@link Watch#close}. The watcher gets the current state first, then each
   * newer one. States that are replaced quickly may be left out, but never the last one. A watch
   * survives every outage of the store. The watcher is not called before this method returns.
   *
   * @param key the key
   * @param watcher called with states and troubles
   * @return the watch
   */
  Watch watch(StateKey key, Watcher watcher);

  /**
   * Closes all watches and connections.
   *
   * @return completes when they are closed; more calls return the same future
   */
  Future<Void> close();
}
