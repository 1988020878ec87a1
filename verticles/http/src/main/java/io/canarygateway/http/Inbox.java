package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;

/** Bytes of a connection that wait until somebody wants them. On one event loop. */
final class Inbox {

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

  /** How many bytes there are. */
  int bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Whether there is more than the first buffer. */
  boolean hasMore() {
    return others != null && !others.isEmpty();
  }

  /** Takes the first buffer away; it is the caller's now. */
  ByteBuf take() {
    ByteBuf taken = first;
    bytes -= taken.readableBytes();
    first = others == null ? null : others.poll();
    return taken;
  }

  /** Notes that so many bytes of the first buffer were read. */
  void read(int count) {
    bytes -= count;
  }

  void clear() {
    while (first != null) {
      take().release();
    }
  }
}
