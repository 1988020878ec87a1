package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

/** How a connection to a server ends. On one event loop. */
final class Ending {

  private Throwable failure;
  private boolean closedByTls;

  /** Another call begins. */
  void reset() {
    failure = null;
  }

  /** The connection has failed; the first failure says why. */
  void failed(Throwable cause) {
    failure = failure == null ? cause : failure;
  }

  /** Something happened to the connection. */
  void happened(Object event) {
    closedByTls |= event == SslCloseCompletionEvent.SUCCESS;
  }

  /** Whether the server has ended it, and meant to: TLS tells an end from a cut. */
  boolean isProper(Channel channel) {
    return failure == null && (closedByTls || channel.pipeline().get(SslHandler.class) == null);
  }

  /** What a call is told that was not over. */
  CallFailure callFailure() {
    return new CallFailure(
        CallFailure.Kind.RESET, failure == null ? "the connection was closed" : failure.toString());
  }
}
