package io.canarygateway.http;

/** Tests on bytes of a head, for which only ASCII characters have a meaning. Stateless. */
final class Ascii {

  private static final boolean[] TOKEN = new boolean[256];

  static {
    for (int c = '!'; c <= '~'; c++) {
      TOKEN[c] = "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
    }
  }

  private Ascii() {}

  /** Whether a byte may be part of a method or of a header name (RFC 9110, 5.6.2). */
  static boolean isToken(byte b) {
    return TOKEN[b & 0xff];
  }

  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** The value of a hexadecimal digit, or -1 for any other byte. */
  static int hex(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  /**
   * Whether bytes equal an ASCII text in any case.
   *
   * @param underscoreIsDash whether an underscore equals a dash
   */
  static boolean equalsIgnoreCase(
      byte[] bytes, int start, int end, String text, boolean underscoreIsDash) {
    if (end - start != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      int found = lower(bytes[start + i], underscoreIsDash);
      if (found != lower(text.charAt(i), underscoreIsDash)) {
        return false;
      }
    }
    return true;
  }

  private static int lower(int c, boolean underscoreIsDash) {
    if (c >= 'A' && c <= 'Z') {
      return c + ('a' - 'A');
    }
    return underscoreIsDash && c == '_' ? '-' : c;
  }
}
