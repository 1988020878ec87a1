package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A queue of bytes that a connection received and cannot process yet. Confined to the connection's
 * event loop.
 */
final class Inbox {

  /** A reader of the bytes. */
  interface Reader {

    /** Whether more bytes can be processed now. */
    boolean wantsBytes();

    /** Reads some or all bytes of a buffer, which the inbox releases. */
    void consume(ByteBuf in);
  }

  private static final int MAX_BYTES = 16 * 1024;
  private static final int MAX_BUFFERS = 32;

  private @Nullable ByteBuf first;
  private @Nullable Deque<ByteBuf> others;
  private int bytes;
  private boolean processing;

  /** Appends a buffer, which the inbox releases. */
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

  /**
   * Lets a reader read as long as it wants more bytes.
   *
   * @return false if the reader itself is the caller, whose bytes it will get in any case
   */
  boolean process(Reader reader) {
    if (processing) {
      return false;
    }
    processing = true;
    try {
      for (ByteBuf in = first; in != null && reader.wantsBytes(); in = first) {
        int before = in.readableBytes();
        reader.consume(in);
        consumed(in, before);
      }
    } finally {
      processing = false;
    }
    return true;
  }

  /** Whether a reader is reading. */
  boolean isProcessing() {
    return processing;
  }

  /** The buffer that was received first; null if the inbox is empty. */
  @Nullable ByteBuf peek() {
    return first;
  }

  /**
   * Whether reading has to stop. Small buffers are counted too, as each costs far more memory than
   * its bytes.
   */
  boolean isFull() {
    return bytes >= MAX_BYTES || others != null && others.size() >= MAX_BUFFERS;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Whether any byte is unread, in the first buffer or behind it. */
  boolean hasUnread() {
    return first != null && (first.isReadable() || others != null && !others.isEmpty());
  }

  /** Removes the first buffer and hands it to the caller. */
  ByteBuf take() {
    ByteBuf taken = Objects.requireNonNull(first);
    bytes -= taken.readableBytes();
    first = others == null ? null : others.poll();
    return taken;
  }

  /**
   * Accounts for bytes that were read from the first buffer. Releases the buffer once it is empty.
   *
   * @param buffer the buffer that was first
   * @param before the number of its bytes before
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

  /** Releases all buffers. */
  void clear() {
    drainTo(ByteBuf::release);
  }
}
