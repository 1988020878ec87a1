package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/** A receiver of one message's body. Called on the connection's event loop. */
public interface BodySink {

  /** Takes the next part of the body, which is never empty. The receiver releases it. */
  void part(ByteBuf part);

  /**
   * Called once, when the body is complete.
   *
   * @param trailers the header lines behind the body; {@link Head#NONE} if there are none
   */
  void end(Head trailers);
}
