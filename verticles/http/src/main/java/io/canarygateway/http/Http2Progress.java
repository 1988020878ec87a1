package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.function.LongSupplier;

/**
 * Counts the bytes that a client's connection of HTTP/2 takes. The streams of a connection share
 * it, so a stream whose client reads without a pause may still wait for its turn. Confined to the
 * connection's event loop.
 */
final class Http2Progress extends ChannelOutboundHandlerAdapter {

  private final Http2Connection connection;
  private long written;

  Http2Progress(Http2Connection connection) {
    this.connection = connection;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf bytes) {
      written += bytes.readableBytes();
    }
    ctx.write(message, promise);
  }

  /**
   * What the client has taken, as far as it concerns one stream: it stands still while the client
   * gives the stream no room.
   */
  LongSupplier of(int streamId) {
    return new LongSupplier() {
      private long seen;

      @Override
      public long getAsLong() {
        Http2Stream stream = connection.stream(streamId);
        if (stream != null && connection.remote().flowController().windowSize(stream) > 0) {
          seen = written;
        }
        return seen;
      }
    };
  }
}
