package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/**
 * The receiver of a connection's bytes once the connection has left HTTP. Called on the
 * connection's event loop.
 */
interface Tunnel {

  /** Takes bytes that arrived. The tunnel releases them. */
  void part(ByteBuf part);

  /** All bytes that were read at once have been passed on. */
  void flush();

  /** The connection takes bytes again, or takes no more for now. */
  void writabilityChanged(boolean writable);

  /** The connection has ended. */
  void end();
}
