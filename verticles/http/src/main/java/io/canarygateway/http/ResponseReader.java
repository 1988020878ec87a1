package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/** Reads the responses of one connection, one after the other. On one event loop. */
final class ResponseReader {

  private final HeadParsers parsers;
  private HeadParser parser;
  private BodyDecoder decoder;

  ResponseReader(HeadParsers parsers) {
    this.parsers = parsers;
  }

  /** Whether a response has begun that only the end of the connection ends. */
  boolean endsWithConnection() {
    return decoder != null && decoder.endsWithConnection();
  }

  /** A response is over. */
  void reset() {
    decoder = null;
  }

  /** Reads one head, or a part of a body. */
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
