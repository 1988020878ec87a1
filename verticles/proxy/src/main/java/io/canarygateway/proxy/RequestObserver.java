package io.canarygateway.proxy;

import io.canarygateway.decision.Decision;
import io.canarygateway.decision.Target;
import io.netty.buffer.ByteBuf;

/**
 * Watches one request: metrics, dumps, and whatever comes. Called on the request's event loop; what
 * it is shown is the request's and must neither be changed nor kept.
 */
interface RequestObserver {

  /** It was decided where the request goes. */
  default void decided(Decision decision) {}

  /** A part of the request's body was read. */
  default void requestPart(ByteBuf part) {}

  /** The request is sent to its target once more. */
  default void retried(Target target) {}

  /**
   * The target's head has come.
   *
   * @param nanos since the request's head
   */
  default void responded(Target target, int status, long nanos) {}

  /**
   * The target gave no head.
   *
   * @param nanos since the request's head
   */
  default void unanswered(Target target, long nanos) {}

  /** The head that the client gets. */
  default void clientHead(ByteBuf head) {}

  /** A part of the body that the client gets. */
  default void clientPart(ByteBuf part) {}

  /** The gateway answers with an error of its own. */
  default void refused(GatewayError error) {}

  /** The client went away. */
  default void clientGone() {}

  /**
   * All is over.
   *
   * @param nanos since the request's head
   */
  default void ended(Target target, long nanos) {}
}
