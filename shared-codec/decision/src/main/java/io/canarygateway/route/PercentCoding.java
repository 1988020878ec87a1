package io.canarygateway.route;

import java.nio.charset.StandardCharsets;

/** Decoding of {@code %XX} (RFC 3986, 2.1). */
final class PercentCoding {

  private PercentCoding() {}

  /**
   * Decodes one sequence.
   *
   * @param at the index of its percent sign
   * @return the byte, 0 to 255; -1 if two hexadecimal digits do not follow
   */
  static int decode(String text, int at) {
    if (at + 2 >= text.length()) {
      return -1;
    }
    int high = digit(text.charAt(at + 1));
    int low = digit(text.charAt(at + 2));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** Not {@link Character#digit}, which takes digits of all scripts. */
  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    char lower = (char) (c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  /**
   * Decodes a name or a value of a query, as forms encode it: {@code +} is a blank. A broken
   * sequence stays as it is. Bytes are taken for UTF-8.
   */
  static String decodeForm(String text, int from, int to) {
    int i = from;
    while (i < to && text.charAt(i) != '%' && text.charAt(i) != '+' && text.charAt(i) < 0x80) {
      i++;
    }
    return i == to ? text.substring(from, to) : decodeBytes(text.substring(from, to));
  }

  private static String decodeBytes(String text) {
    byte[] bytes = new byte[text.length()];
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int decoded = c == '%' ? decode(text, i) : -1;
      if (decoded >= 0) {
        i += 2;
      }
      bytes[count++] = (byte) (decoded >= 0 ? decoded : c == '+' ? ' ' : c);
    }
    return new String(bytes, 0, count, StandardCharsets.UTF_8);
  }
}
