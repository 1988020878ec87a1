package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/**
 * A writer of one message, in the protocol of its connection. Confined to the connection's event
 * loop.
 */
interface StreamWriter {

  /** Whether the head was written. */
  boolean begun();

  /** Whether only the end of the connection ends the body. */
  boolean endsWithConnection();

  /**
   * Sends an interim response at once. Its head is that of HTTP/1.1, and the writer releases it.
   */
  void interim(ByteBuf head);

  /**
   * Begins the message.
   *
   * @param head the head in the form of HTTP/1.1, which the writer releases
   * @param bodyLength the body's length in bytes, or a constant of {@link Framing}
   */
  void head(ByteBuf head, long bodyLength);

  /** Writes a part of the body, which the writer releases. */
  void part(ByteBuf part);

  /** Writes the end of the body. Trailers are left out if the protocol has no place for them. */
  void end(Head trailers);

  /** Sends all that was written. */
  void flush();

  /** Releases what was not written. */
  void discard();
}
