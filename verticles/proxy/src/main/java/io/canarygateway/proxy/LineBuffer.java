package io.canarygateway.proxy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A buffer for one line of the access log. Text of clients is escaped, so that a line stays a line.
 * Confined to one event loop.
 */
final class LineBuffer {

  /** No line is longer, because each text of a client is cut. */
  static final int CAPACITY = 16 * 1024;

  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private static final byte[] UNICODE = {'\\', 'u', '0', '0'};
  private static final byte[] HEXADECIMAL = {'\\', 'x'};
  private static final int NANOS_PER_MICRO = 1_000;
  private static final int MICROS_PER_MS = 1_000;

  /** Eight bytes of an array as a number. */
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long SIGNS = ONES << 7;

  private final byte[] bytes = new byte[CAPACITY];
  private int length;

  /** The bytes, of which the first {@link #length} are the line. */
  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  LineBuffer begin() {
    length = 0;
    return this;
  }

  void end() {
    bytes[length++] = '\n';
  }

  LineBuffer bytes(byte[] source) {
    System.arraycopy(source, 0, bytes, length, source.length);
    length += source.length;
    return this;
  }

  /** Writes a quote. */
  LineBuffer quote() {
    bytes[length++] = '"';
    return this;
  }

  /** Writes text of the gateway's own, of ASCII characters. */
  LineBuffer text(String text) {
    length += copy(text, text.length());
    return this;
  }

  /** Writes a number that is not negative. */
  LineBuffer number(long number) {
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    long rest = number;
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = HEX[(int) (rest % 10)];
      rest /= 10;
    }
    length += digits;
    return this;
  }

  /** Writes a time in milliseconds with three digits behind the point. */
  LineBuffer millis(long nanos) {
    long micros = Math.max(0, nanos) / NANOS_PER_MICRO;
    number(micros / MICROS_PER_MS);
    bytes[length++] = '.';
    return threeDigits((int) (micros % MICROS_PER_MS));
  }

  LineBuffer threeDigits(int number) {
    bytes[length++] = HEX[number / 100];
    bytes[length++] = HEX[number / 10 % 10];
    bytes[length++] = HEX[number % 10];
    return this;
  }

  /**
   * Writes the content of a JSON string: quotes, backslashes and all that is no visible ASCII are
   * escaped.
   *
   * @param text text of Latin-1 characters
   * @param most the number of characters behind which the text is cut
   */
  LineBuffer json(String text, int most) {
    return json(copy(text, most));
  }

  /**
   * Writes the content of a JSON string.
   *
   * @param count the number of its bytes, which are in the array behind what was written
   */
  LineBuffer json(int count) {
    return escaped(count, UNICODE);
  }

  /**
   * Writes text as Apache's logs have it: quotes and backslashes behind a backslash, other bytes
   * that are no visible ASCII as {@code \xhh}.
   *
   * @param text text of Latin-1 characters
   * @param most the number of characters behind which the text is cut
   */
  LineBuffer quoted(String text, int most) {
    return quoted(copy(text, most));
  }

  /**
   * Writes text as Apache's logs have it.
   *
   * @param count the number of its bytes, which are in the array behind what was written
   */
  LineBuffer quoted(int count) {
    return escaped(count, HEXADECIMAL);
  }

  /** Copies text behind what was written, which it does not become part of. Returns its length. */
  @SuppressWarnings("deprecation") // The fastest way for Latin-1 text.
  int copy(String text, int most) {
    int count = Math.min(text.length(), most);
    text.getBytes(0, count, bytes, length);
    return count;
  }

  private LineBuffer escaped(int count, byte[] escape) {
    int end = length + count;
    if (isPlain(length, end)) {
      length = end;
      return this;
    }
    for (byte b : Arrays.copyOfRange(bytes, length, end)) {
      if (isPlain(b)) {
        bytes[length++] = b;
      } else if (b == '"' || b == '\\') {
        bytes[length++] = '\\';
        bytes[length++] = b;
      } else {
        bytes(escape);
        bytes[length++] = HEX[b >> 4 & 0xf];
        bytes[length++] = HEX[b & 0xf];
      }
    }
    return this;
  }

  /** Whether bytes need no escapes, as most do not. */
  private boolean isPlain(int start, int end) {
    long escaped = 0;
    int at = start;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      long eight = (long) EIGHT.get(bytes, at);
      escaped |= below(eight, ' ') | (eight + ONES) | eight;
      escaped |= below(eight ^ '"' * ONES, 1) | below(eight ^ '\\' * ONES, 1);
    }
    boolean plain = (escaped & SIGNS) == 0;
    for (; plain && at < end; at++) {
      plain = isPlain(bytes[at]);
    }
    return plain;
  }

  /** Has the sign of a byte set if one of the eight, each without its sign, is below a limit. */
  private static long below(long eight, int limit) {
    return (eight - limit * ONES) & ~eight;
  }

  private static boolean isPlain(byte b) {
    return b >= ' ' && b < 0x7f && b != '"' && b != '\\';
  }
}
