package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;

/** A reader of one response's frames of HTTP/2. Confined to the connection's event loop. */
final class Http2ResponseReader {

  private final Http2ClientHeads heads;
  private long length = Framing.UNTIL_CLOSE;
  private long received;
  private boolean answered;

  Http2ResponseReader(Http2ClientHeads heads) {
    this.heads = heads;
  }

  /** Whether a head has arrived, be it an interim one. */
  boolean answered() {
    return answered;
  }

  /**
   * Reads a head or trailers.
   *
   * @param ends whether they end the response
   * @throws MalformedException if they are malformed or come at the wrong place
   */
  void headers(Http2Headers headers, boolean ends, CarriedCall call) throws MalformedException {
    if (call.responding()) {
      if (!ends) {
        throw MalformedException.of("trailers do not end the stream");
      }
      end(heads.trailers(headers), call);
      return;
    }
    answered = true;
    ResponseHead head = heads.response(headers);
    if (ends && head.status() < 200) {
      throw MalformedException.of("an interim response ends the stream");
    }
    length = call.headArrived(head);
    if (ends && call.responding()) {
      end(Head.NONE, call);
    }
  }

  /**
   * Reads a part of a body.
   *
   * @param part the part, which may be empty and is released
   * @param ends whether it is the last one
   * @throws MalformedException if it comes too early, or the body is longer or shorter than its
   *     Content-Length
   */
  void data(ByteBuf part, boolean ends, CarriedCall call) throws MalformedException {
    received += part.readableBytes();
    if (!call.responding() || length >= 0 && received > length) {
      part.release();
      throw MalformedException.of("a body comes too early or is too long");
    }
    if (part.isReadable()) {
      call.part(part);
    } else {
      part.release();
    }
    if (ends) {
      end(Head.NONE, call);
    }
  }

  private void end(Head trailers, CarriedCall call) throws MalformedException {
    if (length >= 0 && received < length && call.responding()) {
      throw MalformedException.of("the body is shorter than its Content-Length");
    }
    call.end(trailers);
  }
}
