package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A reader of one connection's request heads, which also accounts for their memory. Confined to the
 * connection's event loop.
 */
final class RequestReader {

  private final HeadParsers parsers;
  private final ClientDeadlines deadlines;
  private final Deadlines.Owner connection;
  private @Nullable HeadParser parser;

  private long heldBytes;

  RequestReader(HeadParsers parsers, ClientDeadlines deadlines, Deadlines.Owner connection) {
    this.parsers = parsers;
    this.deadlines = deadlines;
    this.connection = connection;
  }

  /** Whether a part of a head was read. */
  boolean begun() {
    return parser != null && parser.begun();
  }

  /** The memory that an incomplete head takes, in bytes. */
  int memory() {
    return parser == null ? 0 : parser.memory();
  }

  /**
   * Reads more bytes.
   *
   * @return the head; null if it is incomplete
   * @throws MalformedException if it is malformed or too large
   */
  @Nullable RequestHead read(ByteBuf in) throws MalformedException {
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

  /**
   * Accounts for the memory that the connection's head takes, be it incomplete or of the current
   * request. If heads take too much, the connection is closed.
   */
  void hold(long bytes) {
    long change = bytes - heldBytes;
    if (change != 0) {
      heldBytes = bytes;
      deadlines.headMemoryChanged(change, connection);
    }
  }
}
