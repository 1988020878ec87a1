package io.canarygateway.proxy;

import io.netty.buffer.ByteBuf;

/** The first line of a response head, as the gateway writes it. Stateless. */
final class StatusLine {

  /** The bytes of {@code HTTP/1.1 } before the status. */
  private static final int BEFORE_STATUS = 9;

  private StatusLine() {}

  /** The status of a head. */
  static int status(ByteBuf head) {
    int digits = head.getMedium(head.readerIndex() + BEFORE_STATUS);
    return (digits >> 16 & 0xf) * 100 + (digits >> 8 & 0xf) * 10 + (digits & 0xf);
  }
}
