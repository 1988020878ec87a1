package io.canarygateway.proxy;

import java.util.List;

/**
 * The header {@code tracestate} of W3C Trace Context, level 2. The gateway has no entry of its own
 * in it, so that it is checked and passed on. Stateless.
 */
final class Tracestate {

  static final String HEADER = "tracestate";

  /** The value if there is none, or if it is malformed. */
  static final String NONE = "";

  private static final int MOST_MEMBERS = 32;
  private static final int LONGEST_KEY = 256;
  private static final int LONGEST_VALUE = 256;

  private Tracestate() {}

  /**
   * Joins lines to one value, without empty members and without blanks around members.
   *
   * @return {@link #NONE} if one member is malformed, or if there are more than 32
   */
  static String join(List<String> lines) {
    if (lines.isEmpty()) {
      return NONE;
    }
    StringBuilder joined = new StringBuilder();
    int members = 0;
    for (String line : lines) {
      int start = 0;
      while (start <= line.length()) {
        int comma = line.indexOf(',', start);
        int end = comma < 0 ? line.length() : comma;
        int first = skipBlanks(line, start, end);
        int last = skipBlanksBack(line, first, end);
        if (first < last) {
          members++;
          if (members > MOST_MEMBERS || !isMember(line, first, last)) {
            return NONE;
          }
          joined.append(joined.isEmpty() ? "" : ",").append(line, first, last);
        }
        start = end + 1;
      }
    }
    return joined.toString();
  }

  private static int skipBlanks(String line, int start, int end) {
    int at = start;
    while (at < end && isBlank(line.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int skipBlanksBack(String line, int start, int end) {
    int at = end;
    while (at > start && isBlank(line.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /** {@code key=value}, without a comma. */
  private static boolean isMember(String line, int start, int end) {
    int equals = line.indexOf('=', start);
    return equals > start
        && equals < end - 1
        && equals - start <= LONGEST_KEY
        && end - equals - 1 <= LONGEST_VALUE
        && isKey(line, start, equals)
        && isValue(line, equals + 1, end);
  }

  private static boolean isKey(String line, int start, int end) {
    for (int i = start; i < end; i++) {
      char c = line.charAt(i);
      boolean first = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
      if (!first && (i == start || "_-*/@".indexOf(c) < 0)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isValue(String line, int start, int end) {
    for (int i = start; i < end; i++) {
      char c = line.charAt(i);
      if (c < ' ' || c > '~' || c == '=') {
        return false;
      }
    }
    return true;
  }
}
