package io.canarygateway.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The head of a message as it arrived: its checked bytes, and the position of each header line.
 * Text is made only of the names and values that are asked for. Immutable.
 */
public class Head {

  /** A head without header lines, as the trailers of most messages are. */
  public static final Head NONE = new Head(new byte[0], new int[0], new HeaderName[0], 0, true);

  static final int NAME_START = 0;
  static final int NAME_END = 1;
  static final int VALUE_START = 2;
  static final int VALUE_END = 3;
  static final int LINE_END = 4;

  /** The number of positions of each line. */
  static final int STRIDE = 5;

  final byte[] bytes;
  private final int[] positions;
  private final HeaderName[] names;
  private final int size;
  private final boolean crlf;

  /**
   * A head.
   *
   * @param bytes the lines with their line ends, without the empty line at the end
   * @param positions for each header line, {@link #STRIDE} positions in the bytes
   * @param names for each header line, its name
   * @param size the number of header lines
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

  /** The size in memory, in bytes. */
  final int memory() {
    return bytes.length + positions.length * Integer.BYTES + names.length * Integer.BYTES;
  }

  /** The number of header lines. */
  public final int size() {
    return size;
  }

  /** The name of a line, or {@link HeaderName#OTHER}. */
  public final HeaderName known(int line) {
    return names[line];
  }

  /** The name of a line as it arrived. */
  public final String name(int line) {
    return text(position(line, NAME_START), position(line, NAME_END));
  }

  /**
   * The value of a line without the blanks around it. Bytes beyond ASCII are Latin-1 characters.
   */
  public final String value(int line) {
    return text(position(line, VALUE_START), position(line, VALUE_END));
  }

  /** Whether there is a header line with a name. */
  public final boolean has(HeaderName name) {
    return indexOf(name) >= 0;
  }

  /** The number of header lines with a name. */
  public final int count(HeaderName name) {
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (names[i] == name) {
        count++;
      }
    }
    return count;
  }

  /** The first line with a name, or -1. */
  public final int indexOf(HeaderName name) {
    for (int i = 0; i < size; i++) {
      if (names[i] == name) {
        return i;
      }
    }
    return -1;
  }

  /** The value of the first line with a name; null if there is none. */
  public final @Nullable String first(HeaderName name) {
    int line = indexOf(name);
    return line < 0 ? null : value(line);
  }

  /** The value of the first line with a name, in any case; null if there is none. */
  public final @Nullable String first(String name) {
    for (int i = 0; i < size; i++) {
      if (isNamed(i, name)) {
        return value(i);
      }
    }
    return null;
  }

  /** The values of all lines with a name, in order. */
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

  /** Whether a line has a name, in any case and with underscores equal to dashes. */
  public final boolean isNamedLike(int line, String name) {
    return Ascii.equalsIgnoreCase(
        bytes, position(line, NAME_START), position(line, NAME_END), name, true);
  }

  /** Whether a line's value is a text, in any case. */
  public final boolean valueIs(int line, String text) {
    return Ascii.equalsIgnoreCase(
        bytes, position(line, VALUE_START), position(line, VALUE_END), text, false);
  }

  /** The same head with only those lines that a condition keeps. */
  public final Head where(IntPredicate keeps) {
    int[] kept = IntStream.range(0, size).filter(keeps).toArray();
    if (kept.length == size) {
      return this;
    }
    int[] keptPositions = new int[kept.length * STRIDE];
    HeaderName[] keptNames = new HeaderName[kept.length];
    for (int i = 0; i < kept.length; i++) {
      System.arraycopy(positions, kept[i] * STRIDE, keptPositions, i * STRIDE, STRIDE);
      keptNames[i] = names[kept[i]];
    }
    return new Head(bytes, keptPositions, keptNames, kept.length, crlf);
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
