package io.canarygateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;

/**
 * The frames of one request's body that wait until they are wanted. The client gets room for more
 * only when a frame was read, so no more than the stream's window waits. Confined to the
 * connection's event loop.
 */
final class Http2BodyFrames {

  private final Http2Heads heads;
  private final Http2WaitingFrames waiting = new Http2WaitingFrames();
  private boolean delivering;

  /** No frames yet. */
  Http2BodyFrames(Http2Heads heads) {
    this.heads = heads;
  }

  static boolean isOne(Object frame) {
    return frame instanceof Http2DataFrame || frame instanceof Http2HeadersFrame;
  }

  void add(Object frame) {
    waiting.add(frame);
  }

  /** Whether any frame waits. */
  boolean waits() {
    return !waiting.isEmpty();
  }

  /**
   * Hands frames over as long as the body wants any.
   *
   * @param stream the place in the stream's pipeline where frames are written
   * @throws MalformedException if trailers are malformed, or do not end the stream
   */
  void deliver(ChannelHandlerContext stream, StreamBody body) throws MalformedException {
    if (delivering) {
      return;
    }
    delivering = true;
    try {
      while (body.wanted() && !waiting.isEmpty()) {
        deliver(stream, waiting.remove(), body);
      }
      stream.flush(); // While frames arrive, the codec does that; later nobody else would.
    } finally {
      delivering = false;
    }
  }

  /**
   * Hands all frames over to a tunnel. The tunnel stops the reading of frames if there are too
   * many.
   *
   * @param stream the place in the stream's pipeline where frames are written
   * @throws MalformedException if there are header lines, which a tunnel has no place for
   */
  void deliver(ChannelHandlerContext stream, Tunnel tunnel) throws MalformedException {
    while (!waiting.isEmpty()) {
      if (!(waiting.remove() instanceof Http2BodyPart part)) {
        throw MalformedException.of("there are trailers behind a CONNECT");
      }
      if (!part.ends()) {
        stream.write(new DefaultHttp2WindowUpdateFrame(part.window()));
      }
      tunnel.part(part.content());
      if (part.ends()) {
        tunnel.end();
      }
    }
  }

  private void deliver(ChannelHandlerContext stream, Object frame, StreamBody body)
      throws MalformedException {
    if (frame instanceof Http2BodyPart part) {
      if (!part.ends()) {
        stream.write(new DefaultHttp2WindowUpdateFrame(part.window()));
      }
      body.frame(part.content(), part.ends() ? Head.NONE : null);
      return;
    }
    Http2HeadersFrame trailers = (Http2HeadersFrame) frame;
    if (!trailers.isEndStream()) {
      throw MalformedException.of("trailers do not end the stream");
    }
    body.frame(Unpooled.EMPTY_BUFFER, heads.trailers(trailers.headers()));
  }

  /** Drops all frames: nobody reads the rest of the body. */
  void drop() {
    waiting.drop();
  }
}
