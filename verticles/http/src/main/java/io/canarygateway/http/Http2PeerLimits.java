package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;
import java.util.Map;

/**
 * What an upstream's settings allow on a connection of HTTP/2. Confined to the connection's event
 * loop.
 */
final class Http2PeerLimits {

  /** What a line counts besides its name and its value (RFC 9113, 6.5.2). */
  private static final int BYTES_OF_LINE = 32;

  /** The request line becomes up to four lines, with names that are in no head of HTTP/1.1. */
  private static final int MORE_FOR_PSEUDO_HEADERS = 3 * BYTES_OF_LINE + 64;

  private int streams = Http2UpstreamConnection.MOST_STREAMS;
  private long largestHead = Long.MAX_VALUE;

  /** Takes new settings. What they do not name stays as it is. */
  void take(Http2Settings settings) {
    Long most = settings.maxConcurrentStreams();
    if (most != null) {
      streams = (int) Math.min(Http2UpstreamConnection.MOST_STREAMS, most);
    }
    Long head = settings.maxHeaderListSize();
    if (head != null) {
      largestHead = head;
    }
  }

  /** The largest number of calls at a time. */
  int streams() {
    return streams;
  }

  /**
   * Whether a request head is within the upstream's limit.
   *
   * @param head the head as HTTP/1.1 has it
   */
  boolean takes(ByteBuf head, AsciiString scheme) {
    return largestHead == Long.MAX_VALUE
        || atMost(head) <= largestHead
        || size(Http2ClientHeads.request(head, scheme)) <= largestHead;
  }

  /** What the head counts at most, without a translation. */
  private static long atMost(ByteBuf head) {
    int end = head.writerIndex();
    int lines = 0;
    for (int i = head.readerIndex(); i < end; i++) {
      if (head.getByte(i) == '\n') {
        lines++;
      }
    }
    return head.readableBytes() + lines * (long) BYTES_OF_LINE + MORE_FOR_PSEUDO_HEADERS;
  }

  private static long size(Http2Headers headers) {
    long size = 0;
    for (Map.Entry<CharSequence, CharSequence> each : headers) {
      size += each.getKey().length() + each.getValue().length() + BYTES_OF_LINE;
    }
    return size;
  }
}
