package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A reader of one connection's responses, one after the other. Confined to the connection's event
 * loop.
 */
final class ResponseReader {

  private final HeadParsers parsers;
  private @Nullable HeadParser parser;
  private @Nullable BodyDecoder decoder;

  ResponseReader(HeadParsers parsers) {
    this.parsers = parsers;
  }

  /** Whether a response is being read that only the end of the connection ends. */
  boolean endsWithConnection() {
    return decoder != null && decoder.endsWithConnection();
  }

  /** Ends a response, so that the next bytes are another head. */
  void reset() {
    decoder = null;
  }

  /**
   * Reads one head, or a part of a body, and passes it to the call.
   *
   * @throws MalformedException if it is malformed or too large
   */
  void read(ByteBuf in, CarriedCall call) throws MalformedException {
    if (decoder != null) {
      decoder.decode(in, call);
      return;
    }
    HeadParser reading = parser == null ? parsers.take() : parser;
    parser = null;
    if (!reading.feed(in)) {
      parser = reading;
      return;
    }
    ResponseHead head = reading.response();
    parsers.giveBack(reading);
    long length = call.headArrived(head);
    if (call.responding()) {
      if (length == 0) {
        call.end(Head.NONE);
      } else {
        decoder = new BodyDecoder(length);
      }
    }
  }
}
