package io.canarygateway.store;

/**
 * The identity of one write. Two revisions can be compared for equality only.
 *
 * @param token the engine's own text, such as etcd's mod revision
 */
public record Revision(String token) {

  /** The revision of a key without a state. */
  public static final Revision NONE = new Revision("");
}
