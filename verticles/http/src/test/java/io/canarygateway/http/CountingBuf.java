package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;

/** A buffer that counts the bytes that are copied out of it. */
final class CountingBuf extends UnpooledHeapByteBuf {

  private long copied;

  CountingBuf(ByteBuf content) {
    super(UnpooledByteBufAllocator.DEFAULT, content.readableBytes(), content.readableBytes());
    writeBytes(content);
  }

  long copied() {
    return copied;
  }

  @Override
  public ByteBuf getBytes(int index, byte[] to, int toIndex, int length) {
    copied += length;
    return super.getBytes(index, to, toIndex, length);
  }
}
