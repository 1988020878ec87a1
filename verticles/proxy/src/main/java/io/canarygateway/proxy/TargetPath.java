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
 * @param path the path, percent-encoded, as the route changes it
 * @param query the query without {@code ?}; null if there is none
 */
record TargetPath(String path, @Nullable String query) {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** Path and query of a request. */
  static TargetPath of(RequestHead head, PathChange change) {
    String query = head.query();
    return new TargetPath(ascii(change.apply(head)), query == null ? null : ascii(query));
  }

  /** Writes the target of the request line for an upstream. */
  static void write(HeadWriter writer, RequestHead head, PathChange change, HttpUrl url) {
    if (isOfServer(head)) {
      writer.text("*");
    } else if (change.isNone()
        && url.path().isEmpty()
        && url.query().isEmpty()
        && head.plainOrigin()) {
      writer.origin(head);
    } else {
      TargetPath target = of(head, change);
      writer.text(url.join(target.path(), target.query()));
    }
  }

  /** Whether a request is about the server as a whole (RFC 9112, 3.2.4). */
  static boolean isOfServer(RequestHead head) {
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
        encode(encoded, c);
      }
    }
    return encoded.toString();
  }

  /** Appends a byte, percent-encoded. */
  static void encode(StringBuilder text, char c) {
    text.append('%').append(HEX.toHexDigits((byte) c));
  }
}
