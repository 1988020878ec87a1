package io.canarygateway.route;

import org.jspecify.annotations.Nullable;

/**
 * The normal form of a path (RFC 3986, 6.2.2). Two spellings of one path have one normal form, so a
 * spelling cannot avoid a route.
 *
 * <p>Percent-encoded unreserved characters are decoded, once; other encodings get upper-case
 * digits. Characters that a path must not have are encoded. Then dot segments are removed.
 *
 * <p>What means something else stays as it is: an encoded slash {@code %2F}, an empty segment
 * {@code //}, a parameter such as {@code ..;x}, a slash at the end.
 */
public final class NormalPath {

  private static final int ASCII = 0x80;
  private static final int BYTE = 0x100;
  private static final boolean[] UNRESERVED = new boolean[ASCII];

  /** Unreserved characters, and those that mean something in a path (RFC 3986, 3.3). */
  private static final boolean[] PLAIN = new boolean[ASCII];

  static {
    for (char c = 0; c < ASCII; c++) {
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      UNRESERVED[c] = letter || c >= '0' && c <= '9' || "-._~".indexOf(c) >= 0;
      PLAIN[c] = UNRESERVED[c] || "/!$&'()*+,;=:@".indexOf(c) >= 0;
    }
  }

  private final String path;
  private final StringBuilder normal;

  private NormalPath(String path) {
    this.path = path;
    this.normal = new StringBuilder(path.length() + 16).append('/');
  }

  /**
   * Normalises a path. Takes time linear in its length.
   *
   * @param path a path as it arrived, one char for a byte (ISO 8859-1), without the query. The
   *     empty path is {@code /}; {@code *} stays as it is.
   * @return the normal form, the same object if the path is normal already; null if there is none.
   *     That is so for a path that does not begin with a slash, a broken {@code %} sequence, a
   *     {@code ..} above the root, and for control characters and backslashes, encoded or not.
   */
  public static @Nullable String of(String path) {
    if (path.isEmpty()) {
      return "/";
    }
    if (path.charAt(0) != '/') {
      return path.equals("*") ? path : null;
    }
    return isNormal(path) ? path : new NormalPath(path).normalised();
  }

  /** Whether a path that begins with a slash is normal. */
  private static boolean isNormal(String path) {
    int length = path.length();
    for (int i = 1; i < length; i++) {
      char c = path.charAt(i);
      if (c == '%') {
        if (!isNormalEncoding(path, i)) {
          return false;
        }
        i += 2;
      } else if (c >= ASCII || !PLAIN[c]) {
        return false;
      } else if (c == '.' && path.charAt(i - 1) == '/' && isDotSegment(path, i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNormalEncoding(String path, int at) {
    int decoded = PercentCoding.decode(path, at);
    return decoded >= 0
        && isAllowed((char) decoded)
        && !isUnreserved((char) decoded)
        && path.charAt(at + 1) < 'a'
        && path.charAt(at + 2) < 'a';
  }

  /** Whether the segment that begins with the dot at an index is {@code .} or {@code ..}. */
  private static boolean isDotSegment(String path, int dot) {
    int end = dot + 1;
    if (end < path.length() && path.charAt(end) == '.') {
      end++;
    }
    return end == path.length() || path.charAt(end) == '/';
  }

  private @Nullable String normalised() {
    int segment = 1;
    int i = 1;
    while (true) {
      boolean atEnd = i == path.length();
      if (atEnd || path.charAt(i) == '/') {
        if (isSegment(segment, "..")) {
          if (segment == 1) {
            return null;
          }
          segment = startOfSegmentBefore(segment);
          normal.setLength(segment);
        } else if (isSegment(segment, ".")) {
          normal.setLength(segment);
        } else if (!atEnd) {
          segment = normal.append('/').length();
        }
        if (atEnd) {
          return normal.toString();
        }
        i++;
      } else {
        i = appendFrom(i);
        if (i < 0) {
          return null;
        }
      }
    }
  }

  private boolean isSegment(int start, String dots) {
    return normal.length() - start == dots.length() && normal.indexOf(dots, start) == start;
  }

  private int startOfSegmentBefore(int segment) {
    int start = segment - 1;
    while (normal.charAt(start - 1) != '/') {
      start--;
    }
    return start;
  }

  /** Appends one character in its normal form. Returns the index behind it, -1 if it has none. */
  private int appendFrom(int at) {
    char c = path.charAt(at);
    if (c == '%') {
      int decoded = PercentCoding.decode(path, at);
      if (decoded < 0 || !isAllowed((char) decoded)) {
        return -1;
      }
      append((char) decoded, isUnreserved((char) decoded));
      return at + 3;
    }
    if (c == '?' || c == '#' || c >= BYTE || !isAllowed(c)) {
      return -1;
    }
    append(c, c < ASCII && PLAIN[c]);
    return at + 1;
  }

  private void append(char c, boolean plain) {
    if (plain) {
      normal.append(c);
    } else {
      normal.append('%').append(upperCaseDigit(c >> 4)).append(upperCaseDigit(c & 0xf));
    }
  }

  private static char upperCaseDigit(int value) {
    return Character.toUpperCase(Character.forDigit(value, 16));
  }

  private static boolean isUnreserved(char c) {
    return c < ASCII && UNRESERVED[c];
  }

  /** Whether a path may have a character at all. Servers take backslashes for slashes. */
  private static boolean isAllowed(char c) {
    return c >= ' ' && c != 0x7f && c != '\\';
  }
}
