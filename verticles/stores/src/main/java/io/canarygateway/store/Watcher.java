package io.canarygateway.store;

/**
 * The receiver of a watched state. Called on the context of the store. An exception is logged, and
 * the watch goes on.
 */
public interface Watcher {

  /**
   * The state has changed, or the store answers again after trouble.
   *
   * @param state the newest state
   */
  void state(State state);

  /**
   * The store does not answer, or what it holds cannot be read. The watch goes on, and calls {@link
   * #state} once the state can be read again. A trouble is reported once, and again if its reason
   * changes.
   *
   * @param reason the reason in one line for operators
   */
  void trouble(String reason);
}
