package io.canarygateway.store;

/** The known outcome of a write. */
public sealed interface WriteResult {

  /**
   * The state was written.
   *
   * @param revision its new revision
   */
  record Written(Revision revision) implements WriteResult {}

  /**
   * Another revision than the expected one was there, so nothing was written.
   *
   * @param current the state that is there
   */
  record Conflict(State current) implements WriteResult {}
}
