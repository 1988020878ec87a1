package io.canarygateway.proxy;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.http.HeadWriter;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.TargetForm;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The path and query of a request, as main, canary and sidecar get it. Immutable.
 *
 * @param path the path, percent-encoded, without the trimmed prefix
 * @param query the query without {@code ?}; null if there is none
 */
record TargetPath(String path, @Nullable String query) {

  /** Path and query of a request without a prefix of the path. Another path stays whole. */
  static TargetPath of(RequestHead head, String trimPrefix) {
    String path = head.path();
    String trimmed = path.startsWith(trimPrefix) ? path.substring(trimPrefix.length()) : path;
    String query = head.query();
    return new TargetPath(ascii(trimmed), query == null ? null : ascii(query));
  }

  /** Writes the target of the request line for an upstream. */
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

  /** Whether a request is about the server as a whole (RFC 9112, 3.2.4). */
  private static boolean isOfServer(RequestHead head) {
    return head.form() == TargetForm.ASTERISK
        || head.form() == TargetForm.ABSOLUTE
            && head.method().equals("OPTIONS")
            && head.path().isEmpty()
            && head.query() == null;
  }

  /** Percent-encodes all bytes beyond ASCII, which a request target must not have. */
  private static String ascii(String text) {
    if (text.chars().allMatch(c -> c < 0x80)) {
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
