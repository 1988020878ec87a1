package io.canarygateway.proxy;

/**
 * The chance of one request to be sent to main, if it fails on canary. Confined to the request's
 * event loop.
 */
interface Fallback {

  /** No such chance. */
  Fallback NONE = new Fallback() {};

  /** Begins to keep what a second attempt needs. Called once, before the first attempt. */
  default void begin() {}

  /**
   * Whether the request may be sent to main, as long as nothing of canary's answer is passed on.
   */
  default boolean isPossible() {
    return false;
  }

  /**
   * Whether an answer of canary with this status counts as a failure, and main may be asked.
   *
   * @param grpcFailed whether its head holds a status of gRPC that is not OK
   */
  default boolean replaces(int status, boolean grpcFailed) {
    return false;
  }

  /** Uses the chance: the body can be sent from its first byte, and only the time left counts. */
  default void use() {}

  /** Ends the chance, because an answer is passed on or the request is over. */
  default void end() {}
}
