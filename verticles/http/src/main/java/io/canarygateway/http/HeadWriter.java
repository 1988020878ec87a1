package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.util.Arrays;

/**
 * A writer of message heads. One instance serves all messages of an event loop, one after the
 * other. It does not check text, which comes from a parsed head or from the gateway. Confined to
 * that event loop.
 */
public final class HeadWriter {

  /** A choice of a head's lines. */
  public interface Lines {

    /** Whether a line is copied. */
    boolean copies(Head head, int line);
  }

  private static final byte[] CRLF = {'\r', '\n'};

  private byte[] bytes = new byte[4 * 1024];
  private int length;

  /** Drops what was written, and begins a new head. */
  public HeadWriter begin() {
    length = 0;
    return this;
  }

  /** Writes text, which must be of Latin-1 characters. */
  @SuppressWarnings("deprecation") // The fastest way for Latin-1 text.
  public HeadWriter text(String text) {
    int count = text.length();
    reserve(count);
    text.getBytes(0, count, bytes, length);
    length += count;
    return this;
  }

  /** Writes bytes as they are. */
  public HeadWriter bytes(byte[] source) {
    return copy(source, 0, source.length);
  }

  /** Writes text that is bytes already. */
  HeadWriter ascii(AsciiString source) {
    int start = source.arrayOffset();
    return copy(source.array(), start, start + source.length());
  }

  /** What was written, until the next head begins. */
  ByteBuf wrapped() {
    return Unpooled.wrappedBuffer(bytes, 0, length);
  }

  /** Writes a header line. */
  public HeadWriter header(String name, String value) {
    return text(name).text(": ").text(value).bytes(CRLF);
  }

  /** Writes a decimal number. */
  public HeadWriter number(long number) {
    return text(Long.toString(number));
  }

  /** Writes a line end. */
  public HeadWriter endLine() {
    return bytes(CRLF);
  }

  /** Writes a request's path and query as they arrived. */
  public HeadWriter origin(RequestHead head) {
    return copy(head.bytes, head.originStart(), head.originEnd());
  }

  /** Writes a response's reason phrase. */
  public HeadWriter reason(ResponseHead head) {
    return copy(head.bytes, head.reasonStart(), head.reasonEnd());
  }

  /** Writes the value of a header line. */
  public HeadWriter value(Head head, int line) {
    return copy(
        head.bytes, head.position(line, Head.VALUE_START), head.position(line, Head.VALUE_END));
  }

  /** Copies header lines in their order and spelling. */
  public HeadWriter lines(Head head, Lines which) {
    int from = -1;
    for (int i = 0; i < head.size(); i++) {
      if (!which.copies(head, i)) {
        from = copyFrom(head, from, i);
      } else if (!head.crlf()) {
        copy(head.bytes, head.position(i, Head.NAME_START), head.position(i, Head.VALUE_END));
        endLine();
      } else if (from < 0) {
        from = i;
      }
    }
    copyFrom(head, from, head.size());
    return this;
  }

  /**
   * Ends the head.
   *
   * @param room how many bytes of body can be appended to the buffer
   * @return the head; the caller releases it
   */
  public ByteBuf end(ByteBufAllocator allocator, int room) {
    endLine();
    ByteBuf head = allocator.directBuffer(length + room, length + room);
    return head.writeBytes(bytes, 0, length);
  }

  /** Copies the lines from one to before another. Returns -1: no line is left to copy. */
  private int copyFrom(Head head, int from, int before) {
    if (from >= 0) {
      copy(
          head.bytes,
          head.position(from, Head.NAME_START),
          head.position(before - 1, Head.LINE_END));
    }
    return -1;
  }

  private HeadWriter copy(byte[] source, int start, int end) {
    int count = end - start;
    reserve(count);
    System.arraycopy(source, start, bytes, length, count);
    length += count;
    return this;
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }
}
