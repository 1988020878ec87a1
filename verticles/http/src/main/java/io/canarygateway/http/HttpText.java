package io.canarygateway.http;

/** Checks text that goes into a head and was not parsed out of one. */
public final class HttpText {

  private HttpText() {}

  /** Whether a text is a method or a header's name. */
  public static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c < 0x80 && Ascii.isToken((byte) c));
  }

  /** Whether a text can be a header's value: of Latin-1, without controls but tabs. */
  public static boolean isValue(String text) {
    return text.chars().allMatch(c -> c == '\t' || c >= ' ' && c != 0x7f && c <= 0xff);
  }

  /** Whether a text can be a request's target: of visible ASCII, without a fragment. */
  public static boolean isTarget(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#');
  }

  /** Whether a header frames the message or concerns the connection, which callers do not set. */
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
