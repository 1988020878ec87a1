package io.canarygateway.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The head of a message as it came: its bytes, checked, and where each header line is. Immutable.
 * Names and values are text only for those who ask.
 */
public class Head {

  /** No header lines at all: the trailers of most messages. */
  public static final Head NONE = new Head(new byte[0], new int[0], new HeaderName[0], 0, true);

  static final int NAME_START = 0;
  static final int NAME_END = 1;
  static final int VALUE_START = 2;
  static final int VALUE_END = 3;
  static final int LINE_END = 4;

  /** Positions kept of each line. */
  static final int STRIDE = 5;

  final byte[] bytes;
  private final int[] positions;
  private final HeaderName[] names;
  private final int size;
  private final boolean crlf;

  /**
   * A head.
   *
   * @param bytes the lines with their ends, without the empty line behind them
   * @param positions of each header line {@link #STRIDE} positions in the bytes
   * @param names the name of each header line
   * @param size how many header lines there are
   * @param crlf whether each line ends with CR and LF
   */
  Head(byte[] bytes, int[] positions, HeaderName[] names, int size, boolean crlf) {
    this.bytes = bytes;
    this.positions = positions;
    this.names = names;
    this.size = size;
    this.crlf = crlf;
  }

  Head(Head other) {
    this(other.bytes, other.positions, other.names, other.size, other.crlf);
  }

  /** The memory that it takes, in bytes. */
  final int memory() {
    return bytes.length + positions.length * Integer.BYTES + names.length * Integer.BYTES;
  }

  /** How many header lines there are. */
  public final int size() {
    return size;
  }

  /** The name of a line, if it means something to a proxy. */
  public final HeaderName known(int line) {
    return names[line];
  }

  /** The name of a line as it was written. */
  public final String name(int line) {
    return text(position(line, NAME_START), position(line, NAME_END));
  }

  /** The value of a line, without the blanks around it. Bytes beyond ASCII are Latin-1. */
  public final String value(int line) {
    return text(position(line, VALUE_START), position(line, VALUE_END));
  }

  /** Whether there is a header of that name. */
  public final boolean has(HeaderName name) {
    return indexOf(name) >= 0;
  }

  /** How many lines have that name. */
  public final int count(HeaderName name) {
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (names[i] == name) {
        count++;
      }
    }
    return count;
  }

  /** The line of the first header of that name, or -1. */
  public final int indexOf(HeaderName name) {
    for (int i = 0; i < size; i++) {
      if (names[i] == name) {
        return i;
      }
    }
    return -1;
  }

  /** The first value of a header, or null if there is none. */
  public final String first(HeaderName name) {
    int line = indexOf(name);
    return line < 0 ? null : value(line);
  }

  /** The first value of a header, or null if there is none; the name is compared in any case. */
  public final String first(String name) {
    for (int i = 0; i < size; i++) {
      if (isNamed(i, name)) {
        return value(i);
      }
    }
    return null;
  }

  /** All values of a header, in order. */
  public final List<String> all(HeaderName name) {
    List<String> all = new ArrayList<>(1);
    for (int i = 0; i < size; i++) {
      if (names[i] == name) {
        all.add(value(i));
      }
    }
    return all;
  }

  /** Whether a line has a name, in any case. */
  public final boolean isNamed(int line, String name) {
    return Ascii.equalsIgnoreCase(
        bytes, position(line, NAME_START), position(line, NAME_END), name, false);
  }

  /** Whether a line has a name, in any case and with underscores or dashes alike. */
  public final boolean isNamedLike(int line, String name) {
    return Ascii.equalsIgnoreCase(
        bytes, position(line, NAME_START), position(line, NAME_END), name, true);
  }

  /** Whether a line's value is a text, in any case. */
  public final boolean valueIs(int line, String text) {
    return Ascii.equalsIgnoreCase(
        bytes, position(line, VALUE_START), position(line, VALUE_END), text, false);
  }

  final int position(int line, int which) {
    return positions[line * STRIDE + which];
  }

  final boolean crlf() {
    return crlf;
  }

  final String text(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }
}
