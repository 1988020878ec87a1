package io.canarygateway.http;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;

/** The sizes of a connection's buffers, which bound its memory. Stateless. */
final class SocketBuffers {

  /** Above the higher mark a channel is not writable until the lower one is reached. */
  private static final WriteBufferWaterMark WRITES = new WriteBufferWaterMark(16 * 1024, 32 * 1024);

  private static final int LEAST_READ_BYTES = 512;
  private static final int FIRST_READ_BYTES = 2 * 1024;
  private static final int MOST_READ_BYTES = 32 * 1024;

  /** The number of reads from one connection before the others have their turn. */
  private static final int READS_AT_A_TIME = 16;

  private SocketBuffers() {}

  static void limitWrites(Channel channel) {
    channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITES);
  }

  static void limit(Channel channel) {
    limitWrites(channel);
    channel
        .config()
        .setOption(
            ChannelOption.RECVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(LEAST_READ_BYTES, FIRST_READ_BYTES, MOST_READ_BYTES)
                .maxMessagesPerRead(READS_AT_A_TIME));
  }
}
