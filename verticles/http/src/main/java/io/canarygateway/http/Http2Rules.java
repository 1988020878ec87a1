package io.canarygateway.http;

import io.netty.util.AsciiString;

/** The rules for header lines of HTTP/2 (RFC 9113, 8.2). Stateless. */
final class Http2Rules {

  private Http2Rules() {}

  /** Checks a header line that is not a pseudo-header. */
  static void check(AsciiString name, AsciiString value) throws MalformedException {
    if (name.isEmpty()) {
      throw MalformedException.of("a header has no name");
    }
    for (int i = 0; i < name.length(); i++) {
      byte b = name.byteAt(i);
      if (!Ascii.isToken(b) || b >= 'A' && b <= 'Z') {
        throw MalformedException.of("a header name is not a token in lower case");
      }
    }
    checkValue(value);
    HeaderName known = HeaderName.of(name.array(), start(name), start(name) + name.length(), false);
    if (known == HeaderName.TE) {
      if (!value.contentEqualsIgnoreCase("trailers")) {
        throw MalformedException.of("TE is not trailers");
      }
    } else if (ofConnection(known)) {
      throw MalformedException.of("a header concerns a connection of HTTP/1.1");
    }
  }

  private static int start(AsciiString text) {
    return text.arrayOffset();
  }

  static void checkValue(AsciiString value) throws MalformedException {
    int length = value.length();
    for (int i = 0; i < length; i++) {
      byte b = value.byteAt(i);
      if (b >= 0 && b < ' ' && b != '\t' || b == 0x7f) {
        throw MalformedException.of("a header value has a control character");
      }
    }
    if (length > 0 && (Ascii.isBlank(value.byteAt(0)) || Ascii.isBlank(value.byteAt(length - 1)))) {
      throw MalformedException.of("a header value begins or ends with a blank");
    }
  }

  /** Whether a header concerns a connection of HTTP/1.1 alone, so that HTTP/2 does not have it. */
  static boolean ofConnection(HeaderName name) {
    return switch (name) {
      case CONNECTION,
          KEEP_ALIVE,
          PROXY_CONNECTION,
          TRANSFER_ENCODING,
          UPGRADE,
          HTTP2_SETTINGS,
          TE ->
          true;
      default -> false;
    };
  }
}
