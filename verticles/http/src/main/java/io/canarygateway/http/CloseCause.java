package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * What is known about how an upstream connection ended. Confined to the connection's event loop.
 */
final class CloseCause {

  private @Nullable Throwable failure;
  private boolean closedByTls;

  /** Forgets earlier failures, because another call begins. */
  void reset() {
    failure = null;
  }

  /** Notes a failure of the connection. The first one counts. */
  void failed(Throwable cause) {
    failure = failure == null ? cause : failure;
  }

  /** Notes an event of the pipeline. Only TLS's closing message matters. */
  void happened(Object event) {
    closedByTls |= event == SslCloseCompletionEvent.SUCCESS;
  }

  /**
   * Whether the upstream ended the connection on purpose. With TLS only its closing message proves
   * that.
   */
  boolean isCleanEnd(Channel channel) {
    return failure == null && (closedByTls || channel.pipeline().get(SslHandler.class) == null);
  }

  /** The failure of a call whose response was incomplete. */
  CallFailure callFailure() {
    return new CallFailure(
        CallFailure.Kind.RESET, failure == null ? "the connection was closed" : failure.toString());
  }
}
