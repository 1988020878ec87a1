package io.canarygateway.http;

/**
 * The syntax of a Host header: a name or an address, with or without a port (RFC 3986, 3.2.2).
 * Stateless.
 */
final class HostSyntax {

  private HostSyntax() {}

  /** Whether bytes are a host with or without a port. An empty range is not. */
  static boolean isHost(byte[] bytes, int start, int end) {
    if (start >= end) {
      return false;
    }
    int port =
        bytes[start] == '[' ? behindBracket(bytes, start, end) : behindName(bytes, start, end);
    if (port < 0) {
      return false;
    }
    if (port == end) {
      return true;
    }
    if (bytes[port] != ':' || end - port > "65535:".length()) {
      return false;
    }
    for (int i = port + 1; i < end; i++) {
      if (!Ascii.isDigit(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * The end of an address in brackets: IPv6, with a zone or without, or the form for future
   * versions, {@code [v7.x]}. -1 if it is malformed.
   */
  private static int behindBracket(byte[] bytes, int start, int end) {
    boolean future = start + 1 < end && (bytes[start + 1] | 0x20) == 'v';
    boolean colon = false;
    boolean zone = false;
    for (int i = start + 1; i < end; i++) {
      byte b = bytes[i];
      if (b == ']') {
        return future || colon ? i + 1 : -1;
      }
      colon |= b == ':';
      zone |= b == '%' && colon;
      boolean ofAddress = Ascii.hex(b) >= 0 || b == ':' || b == '.';
      boolean ofMore = (future || zone) && (isUnreserved(b) || b == '%' && zone);
      if (!ofAddress && !ofMore) {
        return -1;
      }
    }
    return -1;
  }

  /** The end of a name or an IPv4 address, or -1 if it is malformed. */
  private static int behindName(byte[] bytes, int start, int end) {
    int i = start;
    while (i < end && bytes[i] != ':') {
      byte b = bytes[i];
      if (!isUnreserved(b) && "%!$&'()*+,;=".indexOf(b) < 0) {
        return -1;
      }
      i++;
    }
    return i;
  }

  private static boolean isUnreserved(byte b) {
    return b >= 'a' && b <= 'z'
        || b >= 'A' && b <= 'Z'
        || Ascii.isDigit(b)
        || b == '-'
        || b == '.'
        || b == '_'
        || b == '~';
  }
}
