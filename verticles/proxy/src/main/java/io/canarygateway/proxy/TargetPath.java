package io.canarygateway.proxy;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.http.HeadWriter;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.TargetForm;
import java.util.HexFormat;

/**
 * What a request asks for, as main, canary and sidecar see it.
 *
 * @param path the path, percent-encoded, without the prefix that is trimmed
 * @param query the query without {@code ?}, or null
 */
record TargetPath(String path, String query) {

  static TargetPath of(RequestHead head, String trimPrefix) {
    String path = head.path();
    String trimmed = path.startsWith(trimPrefix) ? path.substring(trimPrefix.length()) : path;
    return new TargetPath(ascii(trimmed), ascii(head.query()));
  }

  /** Writes the target of the request line that a server gets. */
  static void write(HeadWriter writer, RequestHead head, String trimPrefix, HttpUrl url) {
    if (isOfServer(head)) {
      writer.text("*");
    } else if (trimPrefix.isEmpty()
        && url.path().isEmpty()
        && url.query().isEmpty()
        && head.plainOrigin()) {
      writer.origin(head);
    } else {
      TargetPath target = of(head, trimPrefix);
      writer.text(url.join(target.path(), target.query()));
    }
  }

  /** Whether a request is of the server as a whole (RFC 9112, 3.2.4). */
  private static boolean isOfServer(RequestHead head) {
    return head.form() == TargetForm.ASTERISK
        || head.form() == TargetForm.ABSOLUTE
            && head.method().equals("OPTIONS")
            && head.path().isEmpty()
            && head.query() == null;
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
