package io.canarygateway.store;

/**
 * The state of one key at one moment. Immutable.
 *
 * @param revision changes with each write and is never used again for the key; {@link
 *     Revision#NONE} if there is no state
 * @param text the state; empty if there is none
 */
public record State(Revision revision, String text) {

  /** There is no state. */
  public static final State NONE = new State(Revision.NONE, "");

  /** {@return whether there is a state} */
  public boolean exists() {
    return !revision.equals(Revision.NONE);
  }
}
