package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;

/**
 * A handler that closes a connection of TLS in the event loop's next turn. Netty's handler of TLS
 * closes while it reads, for example when a client does not speak TLS. On io_uring without
 * multishot polls such a connection is never closed. Stands first in a pipeline. Thread-safe.
 */
@ChannelHandler.Sharable
public final class LaterClose extends ChannelOutboundHandlerAdapter {

  static final LaterClose INSTANCE = new LaterClose();

  private LaterClose() {}

  /** {@return a handler for a listening socket, which adds this one to each connection} */
  public static ChannelHandler forAccepted() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object connection) {
        ((Channel) connection).pipeline().addFirst(INSTANCE);
        context.fireChannelRead(connection);
      }
    };
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    if (context.pipeline().get(SslHandler.class) == null) {
      context.close(promise); // Others count on it that nothing more is sent.
    } else {
      context.executor().execute(() -> context.close(promise));
    }
  }
}
