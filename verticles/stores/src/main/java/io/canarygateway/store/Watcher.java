package io.canarygateway.store;

/** The receiver of a watched state. Called on the context of the store. */
public interface Watcher {

  /**
   * The state has changed, or the store answers again after trouble.
   *
   * @param state the newest state
   */
  void state(State state);

  /**
   * The store does not answer. The watch goes on, and calls {@link #state} once the store answers
   * again.
   *
   * @param reason the reason in one line for operators
   */
  void trouble(String reason);
}
