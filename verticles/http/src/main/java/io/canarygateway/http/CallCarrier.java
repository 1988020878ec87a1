package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * What carries one call to an upstream at a time: a connection of HTTP/1.1, or a stream of HTTP/2.
 * Confined to its event loop.
 */
interface CallCarrier {

  /** Begins to carry a call, which is told of all that happens. */
  void begin(CarriedCall call);

  /** A writer of the call's request. */
  StreamWriter writer();

  /**
   * Whether the upstream takes a request head of this size. HTTP/1.1 cannot say so before.
   *
   * @param head the head as HTTP/1.1 has it
   */
  default boolean takes(ByteBuf head) {
    return true;
  }

  /** Whether the upstream takes more bytes for now. */
  default boolean writable() {
    return channel().isWritable();
  }

  /** Stops reading the response. */
  void pause();

  /** Continues to read the response. */
  void resume();

  /** Whether the upstream may have closed the connection before it got the call. */
  boolean maybeClosedBefore();

  /** Whether the upstream has said that it did nothing with the call. */
  default boolean unprocessed() {
    return false; // HTTP/1.1 cannot say so.
  }

  /** Ends the call without reading the rest of its response. */
  void abandon();

  /**
   * Ends the call, whose response is complete.
   *
   * @param sent whether the whole request was sent
   * @param keepsAlive whether the messages allow another call on the connection
   */
  void callEnded(boolean sent, boolean keepsAlive);

  /** The connection or the stream. */
  Channel channel();

  /** Leaves HTTP: all bytes that were and will be received go to the tunnel. */
  void becomes(Tunnel tunnel);
}
