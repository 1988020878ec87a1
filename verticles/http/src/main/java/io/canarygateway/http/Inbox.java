package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** Bytes of a connection that wait until somebody wants them. On one event loop. */
final class Inbox {

  private static final int MAX_BYTES = 16 * 1024;
  private static final int MAX_BUFFERS = 32;

  private ByteBuf first;
  private Deque<ByteBuf> others;
  private int bytes;

  void add(ByteBuf buffer) {
    bytes += buffer.readableBytes();
    if (first == null) {
      first = buffer;
    } else {
      if (others == null) {
        others = new ArrayDeque<>();
      }
      others.add(buffer);
    }
  }

  /** The bytes that came first, or null if there are none. */
  ByteBuf peek() {
    return first;
  }

  /** Whether the system has to hold the rest. A buffer costs much more than its few bytes. */
  boolean isFull() {
    return bytes >= MAX_BYTES || others != null && others.size() >= MAX_BUFFERS;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Whether there is more than what was read of the first buffer. */
  boolean hasUnread() {
    return first != null && (first.isReadable() || others != null && !others.isEmpty());
  }

  /** Takes the first buffer away; it is the caller's now. */
  ByteBuf take() {
    ByteBuf taken = first;
    bytes -= taken.readableBytes();
    first = others == null ? null : others.poll();
    return taken;
  }

  /**
   * Some bytes of what was the first buffer were read; if all were, it is let go of.
   *
   * @param before how many bytes it had
   */
  void consumed(ByteBuf buffer, int before) {
    if (buffer == first) {
      bytes -= before - buffer.readableBytes();
      if (!buffer.isReadable()) {
        take().release();
      }
    }
  }

  /** Hands all buffers over. */
  void drainTo(Consumer<ByteBuf> taker) {
    while (first != null) {
      taker.accept(take());
    }
  }

  void clear() {
    drainTo(ByteBuf::release);
  }
}
