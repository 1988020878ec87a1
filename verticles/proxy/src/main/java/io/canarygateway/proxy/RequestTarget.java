package io.canarygateway.proxy;

import io.vertx.core.http.HttpServerRequest;
import java.util.HexFormat;

/**
 * What a request asks for, as main, canary and sidecar see it.
 *
 * @param path the path, percent-encoded, without the prefix that is trimmed
 * @param query the query without {@code ?}, or null
 */
record RequestTarget(String path, String query) {

  static RequestTarget of(HttpServerRequest request, String trimPrefix) {
    return new RequestTarget(ascii(trimmed(request.path(), trimPrefix)), ascii(request.query()));
  }

  private static String trimmed(String path, String prefix) {
    String whole = path == null ? "" : path;
    return whole.startsWith(prefix) ? whole.substring(prefix.length()) : whole;
  }

  /** Bytes beyond ASCII, which HTTP does not know in a target, percent-encoded. */
  private static String ascii(String text) {
    if (text == null || text.chars().allMatch(c -> c < 0x80)) {
      return text;
    }
    StringBuilder encoded = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (c < 0x80) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
      }
    }
    return encoded.toString();
  }
}
