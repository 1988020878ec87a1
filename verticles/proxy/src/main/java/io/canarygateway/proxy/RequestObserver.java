package io.canarygateway.proxy;

import io.canarygateway.decision.Decision;
import io.canarygateway.decision.Target;
import io.netty.buffer.ByteBuf;

/**
 * An observer of one request, such as metrics or a dump. Called on the request's event loop. It
 * must neither change nor keep what it is shown.
 */
interface RequestObserver {

  /** It was decided where the request goes. */
  default void decided(Decision decision) {}

  /** A part of the request's body was read. */
  default void requestPart(ByteBuf part) {}

  /** The whole body was read. Not called if there is none. */
  default void requestEnded() {}

  /** A connection to the target was found, and the request is about to be sent on it. */
  default void sending(Target target) {}

  /** The request is sent to its target for the second time. */
  default void retried(Target target) {}

  /**
   * The target's response head has arrived from an address. Called before {@link #responded},
   * unless the response came through interceptors.
   *
   * @param address an IP address with a port
   */
  default void answeredBy(String address) {}

  /**
   * The target's response head has arrived.
   *
   * @param nanos the time since the request's head
   */
  default void responded(Target target, int status, long nanos) {}

  /**
   * The status of gRPC in the target's response is known, from its head or its trailers, or will
   * never come. Called behind {@link #responded}, and only for calls of gRPC.
   *
   * @param failed whether it is not OK
   */
  default void grpcEnded(Target target, boolean failed) {}

  /** The target's response has broken off behind its head. */
  default void brokenOff(Target target) {}

  /** Canary takes longer than the route's fallback lets it, and is given up. */
  default void overtaken() {}

  /**
   * The target has sent no response head.
   *
   * @param nanos the time since the request's head
   */
  default void unanswered(Target target, long nanos) {}

  /**
   * The request has failed on canary and is sent to main. Later times of main are counted from now.
   *
   * @param nanos the time since the request's head
   */
  default void fellBack(FallbackCause cause, long nanos) {}

  /** The response head for the client is about to be sent. */
  default void clientHead(ByteBuf head) {}

  /** A part of the response body is about to be sent to the client. */
  default void clientPart(ByteBuf part) {}

  /** The gateway answers with an error of its own. */
  default void refused(GatewayError error) {}

  /** The client closed its connection before the response was complete. */
  default void clientGone() {}

  /**
   * The request and its response have ended.
   *
   * @param nanos the time since the request's head
   */
  default void ended(Target target, long nanos) {}

  /** Nothing more will happen. Called last, and also if nothing was decided. */
  default void closed() {}
}
