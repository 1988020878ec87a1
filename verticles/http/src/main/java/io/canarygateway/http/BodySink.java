package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/** Takes a body as it comes. */
public interface BodySink {

  /** A part of it, never empty; whoever takes it releases it. */
  void part(ByteBuf part);

  /**
   * All of it was there.
   *
   * @param trailers what came behind it; {@link Head#NONE} if nothing did
   */
  void end(Head trailers);
}
