package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A strict parser of message heads, one after the other. Its result does not depend on how the
 * bytes are cut apart. It looks at each byte a bounded number of times. Confined to one event loop.
 */
final class HeadParser {

  private static final int BLOCK_BYTES = 4 * 1024;
  private static final int SMALL_BYTES = 256;
  private static final int FEW_LINES = 16;

  /** The number of empty lines before a request that are ignored (RFC 9112, 2.2). */
  private static final int MAX_EMPTY_LINES = 4;

  private static final byte TEXT = 0;
  private static final byte LF = 1;
  private static final byte CR = 2;
  private static final byte CONTROL = 3;
  private static final byte[] CLASSES = classes();

  private final FirstLine.Kind kind;
  private final HeadLimits limits;
  private byte[] bytes;
  private int[] positions = new int[FEW_LINES * Head.STRIDE];
  private HeaderName[] names = new HeaderName[FEW_LINES];
  private @Nullable FirstLine first;
  private int length;
  private int lineStart;
  private int scanned;
  private int headEnd;
  private int lines;
  private int emptyLines;
  private boolean crlf = true;

  HeadParser(FirstLine.Kind kind, HeadLimits limits) {
    this.kind = kind;
    this.limits = limits;
    bytes = new byte[kind == FirstLine.Kind.NONE ? SMALL_BYTES : BLOCK_BYTES];
  }

  /** Forgets the head that was parsed, and waits for the next one. */
  void reset() {
    first = null;
    length = 0;
    lineStart = 0;
    scanned = 0;
    lines = 0;
    emptyLines = 0;
    crlf = true;
  }

  /** Whether a part of a head was parsed. */
  boolean begun() {
    return length > 0;
  }

  /** The size in memory, in bytes. */
  int memory() {
    return bytes.length + positions.length * Integer.BYTES + names.length * Integer.BYTES;
  }

  /** Frees memory that is unused while the rest of a head is waited for. */
  void shrink() {
    if (bytes.length > SMALL_BYTES && length * 2 < bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(SMALL_BYTES, length * 2));
    }
  }

  /**
   * Parses more bytes.
   *
   * @return whether the head is complete; bytes behind it are then left in the buffer
   * @throws MalformedException if the head is malformed or too large
   */
  boolean feed(ByteBuf in) throws MalformedException {
    while (in.isReadable()) {
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
      int before = length;
      int room = Math.min(bytes.length, limits.bytes() + 1) - length;
      int count = Math.min(in.readableBytes(), Math.min(room, BLOCK_BYTES));
      in.getBytes(in.readerIndex(), bytes, length, count);
      length += count;
      if (advance()) {
        checkSize(headEnd);
        in.skipBytes(headEnd - before);
        return true;
      }
      in.skipBytes(count);
      checkSize(length);
    }
    return false;
  }

  /** The request whose head is complete. */
  RequestHead request() {
    return Objects.requireNonNull(first).request(head());
  }

  /** The response whose head is complete. */
  ResponseHead response() {
    return Objects.requireNonNull(first).response(head());
  }

  /** The header lines without the first line. */
  Head head() {
    return lines == 0 && kind == FirstLine.Kind.NONE
        ? Head.NONE
        : new Head(
            Arrays.copyOf(bytes, lineStart),
            Arrays.copyOf(positions, lines * Head.STRIDE),
            Arrays.copyOf(names, lines),
            lines,
            crlf);
  }

  private void checkSize(int size) throws MalformedException {
    if (size > limits.bytes()) {
      boolean lineAlone = kind == FirstLine.Kind.REQUEST && first == null;
      throw new MalformedException(
          lineAlone ? Fault.LINE_TOO_LONG : Fault.HEAD_TOO_LARGE, "the head is too large");
    }
  }

  /** Parses the lines that are complete. Returns whether the head is. */
  private boolean advance() throws MalformedException {
    int i = scanned;
    while (true) {
      while (i < length && CLASSES[bytes[i] & 0xff] == TEXT) {
        i++;
      }
      int next = i < length ? behindLine(i) : -1;
      scanned = i;
      if (next < 0) {
        return false;
      }
      if (i == lineStart) {
        if (endsHead()) {
          headEnd = next;
          return true;
        }
      } else {
        line(lineStart, i, next);
      }
      lineStart = next;
      i = next;
    }
  }

  /** The beginning of the line behind a line's end, or -1 if the end is incomplete. */
  private int behindLine(int end) throws MalformedException {
    byte kindOfEnd = CLASSES[bytes[end] & 0xff];
    if (kindOfEnd == CR) {
      if (end + 1 == length) {
        return -1;
      }
      if (bytes[end + 1] == '\n') {
        return end + 2;
      }
    } else if (kindOfEnd == LF && kind == FirstLine.Kind.RESPONSE) {
      crlf = false;
      return end + 1;
    }
    throw MalformedException.of("a line of the head has a control character");
  }

  /** Handles an empty line. Returns whether it ends the head. */
  private boolean endsHead() throws MalformedException {
    if (first != null || kind == FirstLine.Kind.NONE) {
      return true;
    }
    if (kind == FirstLine.Kind.RESPONSE || ++emptyLines > MAX_EMPTY_LINES) {
      throw MalformedException.of("there are empty lines before the head");
    }
    return false;
  }

  private void line(int start, int end, int next) throws MalformedException {
    if (first == null && kind != FirstLine.Kind.NONE) {
      checkSize(next);
      first = FirstLine.parse(kind, bytes, start, end);
    } else {
      header(start, end, next);
    }
  }

  private void header(int start, int end, int next) throws MalformedException {
    if (lines == limits.lines()) {
      throw new MalformedException(Fault.HEAD_TOO_LARGE, "there are too many header lines");
    }
    int nameEnd = start;
    boolean underscore = false;
    while (nameEnd < end && Ascii.isToken(bytes[nameEnd])) {
      underscore |= bytes[nameEnd] == '_';
      nameEnd++;
    }
    if (nameEnd == start || nameEnd == end || bytes[nameEnd] != ':') {
      throw MalformedException.of("a header line is not a name, a colon and a value");
    }
    int valueStart = nameEnd + 1;
    while (valueStart < end && Ascii.isBlank(bytes[valueStart])) {
      valueStart++;
    }
    int valueEnd = end;
    while (valueEnd > valueStart && Ascii.isBlank(bytes[valueEnd - 1])) {
      valueEnd--;
    }
    if (lines == names.length) {
      names = Arrays.copyOf(names, lines * 2);
      positions = Arrays.copyOf(positions, lines * 2 * Head.STRIDE);
    }
    names[lines] = HeaderName.of(bytes, start, nameEnd, underscore);
    int at = lines * Head.STRIDE;
    positions[at + Head.NAME_START] = start;
    positions[at + Head.NAME_END] = nameEnd;
    positions[at + Head.VALUE_START] = valueStart;
    positions[at + Head.VALUE_END] = valueEnd;
    positions[at + Head.LINE_END] = next;
    lines++;
  }

  private static byte[] classes() {
    byte[] classes = new byte[256];
    Arrays.fill(classes, 0, ' ', CONTROL);
    classes['\t'] = TEXT;
    classes['\n'] = LF;
    classes['\r'] = CR;
    classes[0x7f] = CONTROL;
    return classes;
  }
}
