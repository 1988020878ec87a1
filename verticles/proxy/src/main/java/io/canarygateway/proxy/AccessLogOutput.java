package io.canarygateway.proxy;

import io.netty.buffer.ByteBuf;

/** The place that lines of the access log are written to. Used by one thread; blocks. */
interface AccessLogOutput {

  /** Writes whole lines. Does not throw: the rest is lost. Does not release them. */
  WrittenLines write(ByteBuf lines);

  /** Closes what is open. */
  void close();
}
