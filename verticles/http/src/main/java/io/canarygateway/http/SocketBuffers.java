package io.canarygateway.http;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;

/** How much of a connection's bytes are in memory at a time. */
final class SocketBuffers {

  /** Beyond the higher mark nothing more is written until the lower one is reached. */
  private static final WriteBufferWaterMark WRITES = new WriteBufferWaterMark(16 * 1024, 32 * 1024);

  private static final int LEAST_READ_BYTES = 512;
  private static final int FIRST_READ_BYTES = 2 * 1024;
  private static final int MOST_READ_BYTES = 32 * 1024;

  /** What is read of a connection before all others have their turn. */
  private static final int READS_AT_A_TIME = 16;

  private SocketBuffers() {}

  static void limit(Channel channel) {
    channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITES);
    channel
        .config()
        .setOption(
            ChannelOption.RECVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(LEAST_READ_BYTES, FIRST_READ_BYTES, MOST_READ_BYTES)
                .maxMessagesPerRead(READS_AT_A_TIME));
  }
}
