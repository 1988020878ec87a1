package io.canarygateway.proxy;

import org.jspecify.annotations.Nullable;

/**
 * The host and the port that a request is for, checked so strictly that they can be sent back in a
 * URL. Immutable.
 *
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 * @param port 1 to 65535; {@link #NO_PORT} if there is none
 */
record HostPort(String host, int port) {

  static final int NO_PORT = -1;

  private static final int MAX_HOST = 255;
  private static final int MAX_PORT = 65_535;

  /** The host and port of a request; null if the text is not a plain host. */
  static @Nullable HostPort of(@Nullable String text) {
    if (text == null) {
      return null;
    }
    int end = text.startsWith("[") ? text.indexOf(']') + 1 : endOfName(text);
    if (end <= 0 || end > MAX_HOST || !isPlain(text, end)) {
      return null;
    }
    if (end == text.length() || end == text.length() - 1 && text.charAt(end) == ':') {
      return new HostPort(text.substring(0, end), NO_PORT);
    }
    int port = port(text, end);
    return port < 1 || port > MAX_PORT ? null : new HostPort(text.substring(0, end), port);
  }

  private static int endOfName(String text) {
    int colon = text.indexOf(':');
    return colon < 0 ? text.length() : colon;
  }

  private static boolean isPlain(String text, int end) {
    boolean brackets = text.startsWith("[");
    for (int i = brackets ? 1 : 0; i < (brackets ? end - 1 : end); i++) {
      char c = text.charAt(i);
      boolean hex = c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
      boolean plain =
          brackets
              ? hex || c == ':' || c == '.'
              : hex || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || "-._".indexOf(c) >= 0;
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  /** The number behind a colon; -1 if there is none. */
  private static int port(String text, int colon) {
    if (text.charAt(colon) != ':' || text.length() - colon > ":65535".length()) {
      return -1;
    }
    int port = 0;
    for (int i = colon + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      port = port * 10 + (c - '0');
    }
    return port;
  }
}
