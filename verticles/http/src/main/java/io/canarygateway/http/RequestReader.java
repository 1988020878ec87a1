package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/** Reads the heads of one connection's requests. On one event loop. */
final class RequestReader {

  private final HeadParsers parsers;
  private HeadParser parser;

  RequestReader(HeadParsers parsers) {
    this.parsers = parsers;
  }

  /** Whether a part of a head was read. */
  boolean begun() {
    return parser != null && parser.begun();
  }

  /** The memory that the part of a head takes, in bytes. */
  int memory() {
    return parser == null ? 0 : parser.memory();
  }

  /** Reads on; null if the head is not complete. */
  RequestHead read(ByteBuf in) throws MalformedException {
    HeadParser reading = parser == null ? parsers.take() : parser;
    parser = null;
    if (!reading.feed(in)) {
      reading.shrink();
      parser = reading;
      return null;
    }
    RequestHead head = reading.request();
    parsers.giveBack(reading);
    RequestRules.check(head);
    return head;
  }
}
