package io.canarygateway.http;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pseudo-headers of a request (RFC 9113, 8.3.1). Immutable.
 *
 * @param method the method
 * @param target the path with its query, or the host and port of a CONNECT
 * @param host the host and port that the request is for
 * @param webSocket whether the stream is to become a WebSocket (RFC 8441)
 */
record Http2RequestLine(
    AsciiString method, AsciiString target, AsciiString host, boolean webSocket) {

  private static final AsciiString GET = AsciiString.cached("GET");

  /**
   * Reads and checks the pseudo-headers.
   *
   * @throws MalformedException if one is missing, occurs twice, comes late, is unknown or malformed
   */
  static Http2RequestLine of(Http2Headers headers) throws MalformedException {
    AsciiString method = null;
    AsciiString scheme = null;
    AsciiString authority = null;
    AsciiString path = null;
    AsciiString protocol = null;
    AsciiString host = null;
    boolean late = false;
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      AsciiString name = AsciiString.of(header.getKey());
      AsciiString value = AsciiString.of(header.getValue());
      if (name.isEmpty()) {
        throw MalformedException.of("a header has no name");
      }
      if (name.charAt(0) != ':') {
        late = true;
        if (name.contentEquals("host")) {
          host = once(host, value);
        }
        continue;
      }
      if (late) {
        throw MalformedException.of("a pseudo-header comes after other headers");
      }
      switch (name.toString()) {
        case ":method" -> method = once(method, value);
        case ":scheme" -> scheme = once(scheme, value);
        case ":authority" -> authority = once(authority, value);
        case ":path" -> path = once(path, value);
        case ":protocol" -> protocol = once(protocol, value);
        default -> throw MalformedException.of("a pseudo-header is unknown");
      }
    }
    AsciiString asked = authority == null ? host : authority;
    if (method == null || asked == null) {
      throw MalformedException.of("a request has no method or no host");
    }
    if (host != null && authority != null && !host.contentEqualsIgnoreCase(authority)) {
      throw new MalformedException(Fault.HOSTS_DIFFER, "host and :authority differ");
    }
    if (!method.contentEquals("CONNECT") || protocol != null) {
      return checked(method, scheme, asked, path, protocol);
    }
    if (path != null || scheme != null || authority == null) {
      throw MalformedException.of("a CONNECT has more than a method and a host");
    }
    return new Http2RequestLine(method, authority, asked, false);
  }

  private static AsciiString once(@Nullable AsciiString before, AsciiString value)
      throws MalformedException {
    if (before != null) {
      throw MalformedException.of("a pseudo-header or host occurs twice");
    }
    Http2Rules.checkValue(value);
    return value;
  }

  private static Http2RequestLine checked(
      AsciiString method,
      @Nullable AsciiString scheme,
      AsciiString host,
      @Nullable AsciiString path,
      @Nullable AsciiString protocol)
      throws MalformedException {
    if (scheme == null || path == null) {
      throw MalformedException.of("a request has no scheme or no path");
    }
    if (!scheme.contentEqualsIgnoreCase("http") && !scheme.contentEqualsIgnoreCase("https")) {
      throw MalformedException.of("the scheme is neither http nor https");
    }
    boolean origin = path.startsWith("/");
    if (!origin && (protocol != null || !path.contentEquals("*"))) {
      throw MalformedException.of("the path does not begin with a slash");
    }
    if (protocol == null) {
      return new Http2RequestLine(method, path, host, false);
    }
    if (!method.contentEquals("CONNECT")) {
      throw MalformedException.of("a request other than CONNECT has a protocol");
    }
    if (!protocol.contentEquals("websocket")) {
      throw new MalformedException(Fault.PROTOCOL_UNKNOWN, "CONNECT is for another protocol");
    }
    return new Http2RequestLine(GET, path, host, true);
  }

  /** Writes the request line, Host, and the headers of an upgrade, as HTTP/1.1 has them. */
  void write(HeadWriter writer) {
    writer.ascii(method).text(" ").ascii(target).text(" HTTP/1.1").endLine();
    writer.text("Host: ").ascii(host).endLine();
    if (webSocket) {
      writer.header("Upgrade", "websocket").header(WebSocketKey.HEADER, WebSocketKey.create());
    }
  }
}
