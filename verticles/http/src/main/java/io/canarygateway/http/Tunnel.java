package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/** What a connection becomes that has left HTTP: the bytes that come from it go here. */
interface Tunnel {

  /** Bytes that came; whoever takes them releases them. */
  void part(ByteBuf part);

  /** What came in one go is complete. */
  void flush();

  /** The connection takes bytes, or does not any more. */
  void writabilityChanged(boolean writable);

  /** The connection has ended. */
  void end();
}
