package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2DataFrame;

/**
 * A part of a body of HTTP/2 that waits: one DATA frame, or several small ones. The other side
 * could fill a window with frames of one byte, each of which would cost more than a hundred bytes
 * of heap. Confined to the connection's event loop.
 */
final class Http2BodyPart {

  private static final int SMALL_BYTES = 1024;
  private static final int MOST_BYTES = 16 * 1024;

  private ByteBuf content;
  private int window;
  private boolean ends;
  private boolean copied;

  /** A part that owns what the frame has. */
  Http2BodyPart(Http2DataFrame frame) {
    content = frame.content();
    window = frame.initialFlowControlledBytes();
    ends = frame.isEndStream();
  }

  /** Takes a frame too, and releases it, if it is small. Returns whether it did. */
  boolean add(Http2DataFrame frame) {
    int bytes = frame.content().readableBytes();
    if (ends || bytes > SMALL_BYTES || content.readableBytes() + bytes > MOST_BYTES) {
      return false;
    }
    if (!copied) {
      copied = true;
      ByteBuf copy = ByteBufAllocator.DEFAULT.directBuffer(content.readableBytes() + bytes);
      copy.writeBytes(content);
      content.release();
      content = copy;
    }
    content.writeBytes(frame.content());
    window += frame.initialFlowControlledBytes();
    ends = frame.isEndStream();
    frame.release();
    return true;
  }

  /** The bytes, which the receiver releases. */
  ByteBuf content() {
    return content;
  }

  /** How many bytes of the sender's window the part has used. */
  int window() {
    return window;
  }

  /** Whether the part ends the message. */
  boolean ends() {
    return ends;
  }

  void release() {
    content.release();
  }
}
