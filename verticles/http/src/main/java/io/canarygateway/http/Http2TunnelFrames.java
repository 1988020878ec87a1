package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2ResetFrame;
import java.util.concurrent.TimeUnit;

/**
 * The frames of a tunnel on a stream of HTTP/2 (RFC 8441). Bytes become DATA frames, and the end of
 * the upstream's connection becomes the end of the stream. Confined to the connection's event loop.
 */
final class Http2TunnelFrames extends ChannelDuplexHandler {

  private static final int MOST_SECONDS = 1;

  private boolean ended;

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf bytes) {
      ctx.write(new DefaultHttp2DataFrame(bytes), promise);
    } else {
      ended |= message instanceof Http2ResetFrame;
      ctx.write(message, promise);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    ended |= event instanceof Http2ResetFrame; // Which must not be answered by another one.
    ctx.fireUserEventTriggered(event);
  }

  /** The client is asked to send no more, once it has got all: that is no error (RFC 9113, 8.1). */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (ended || !ctx.channel().isActive()) {
      ctx.close(promise);
      return;
    }
    ended = true;
    ChannelFuture last = ctx.writeAndFlush(new DefaultHttp2DataFrame(true));
    last.addListener(
        written -> {
          if (written.isSuccess()) {
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
          }
          ctx.close(promise);
        });
    if (!last.isDone()) { // The client may have no room for the bytes before it.
      ctx.executor().schedule(() -> ctx.close(), MOST_SECONDS, TimeUnit.SECONDS);
    }
  }
}
