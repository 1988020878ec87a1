package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;
import java.util.function.Consumer;

/**
 * The detection of HTTP/2 by the first bytes of a connection (RFC 9113, 3.4). No request of
 * HTTP/1.x begins like that. Until then the connection is one of HTTP/1.x, so its limits and
 * deadlines hold. Confined to the connection's event loop.
 */
final class PrefaceDetector extends ByteToMessageDecoder {

  private final ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
  private final Consumer<ChannelPipeline> http2;

  /**
   * A detector for one connection.
   *
   * @param http2 adds the handlers of HTTP/2 at the end of a pipeline
   */
  PrefaceDetector(Consumer<ChannelPipeline> http2) {
    this.http2 = http2;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int count = Math.min(in.readableBytes(), preface.readableBytes());
    for (int i = 0; i < count; i++) {
      if (in.getByte(in.readerIndex() + i) != preface.getByte(i)) {
        ctx.pipeline().remove(this); // The bytes go on to the handler of HTTP/1.x.
        return;
      }
    }
    if (count == preface.readableBytes()) {
      ctx.pipeline().removeLast();
      http2.accept(ctx.pipeline());
      ctx.pipeline().remove(this);
    }
  }
}
