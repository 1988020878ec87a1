package io.canarygateway.http;

/** Checks for text that is written into a head without having been parsed out of one. Stateless. */
public final class HttpText {

  private HttpText() {}

  /** Whether a text can be a method or a header name. */
  public static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c < 0x80 && Ascii.isToken((byte) c));
  }

  /**
   * Whether a text can be a header value: Latin-1 characters without control characters except tab.
   */
  public static boolean isValue(String text) {
    return text.chars().allMatch(c -> c == '\t' || c >= ' ' && c != 0x7f && c <= 0xff);
  }

  /** Whether a text can be a request target: visible ASCII characters without {@code #}. */
  public static boolean isTarget(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#');
  }

  /**
   * Whether a header frames the message or concerns the connection, so that callers may not set it.
   */
  public static boolean isReserved(String name) {
    return switch (HeaderName.of(name)) {
      case HOST,
          CONNECTION,
          CONTENT_LENGTH,
          TRANSFER_ENCODING,
          KEEP_ALIVE,
          PROXY_CONNECTION,
          TE,
          TRAILER,
          UPGRADE,
          HTTP2_SETTINGS,
          EXPECT ->
          true;
      default -> false;
    };
  }
}
