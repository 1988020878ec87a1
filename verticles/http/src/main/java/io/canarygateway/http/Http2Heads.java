package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The translation between heads of HTTP/2 and those of HTTP/1.1 (RFC 9113, 8). A request's head is
 * written as HTTP/1.1 and parsed as strictly as one that arrived like that. Each name and value is
 * checked before, so that none can become a line of its own. Confined to one event loop.
 */
final class Http2Heads {

  /** The status line is {@code HTTP/1.1 200 OK}. */
  private static final int STATUS_START = 9;

  private static final int STATUS_END = 12;

  private final HeadParsers parsers;
  private final HeadLimits limits;
  private final HeadWriter writer = new HeadWriter();

  Http2Heads(HeadParsers parsers, HeadLimits limits) {
    this.parsers = parsers;
    this.limits = limits;
  }

  /**
   * The head of a request.
   *
   * @throws MalformedException if HTTP/2 or HTTP/1.1 does not allow it
   */
  RequestHead request(Http2Headers headers) throws MalformedException {
    Http2RequestLine line = Http2RequestLine.of(headers);
    writer.begin();
    line.write(writer);
    StringBuilder cookies = null;
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      AsciiString name = AsciiString.of(header.getKey());
      AsciiString value = AsciiString.of(header.getValue());
      if (name.charAt(0) == ':'
          || name.contentEquals("host")
          || line.webSocket() && WebSocketKey.isPart(name)) {
        continue;
      }
      Http2Rules.check(name, value);
      if (name.contentEquals("cookie")) {
        cookies = cookies == null ? new StringBuilder() : cookies.append("; ");
        cookies.append(value);
      } else {
        writer.ascii(name).text(": ").ascii(value).endLine();
      }
    }
    if (cookies != null) {
      writer.header("cookie", cookies.toString());
    }
    return parse();
  }

  private RequestHead parse() throws MalformedException {
    HeadParser parser = parsers.take();
    if (!parser.feed(writer.endLine().wrapped())) {
      throw MalformedException.of("the head is incomplete");
    }
    RequestHead head = parser.request();
    parsers.giveBack(parser);
    RequestRules.check(head);
    return head.asHttp2();
  }

  /**
   * Trailers.
   *
   * @throws MalformedException if HTTP/2 or HTTP/1.1 does not allow them
   */
  Head trailers(Http2Headers headers) throws MalformedException {
    if (headers.isEmpty()) {
      return Head.NONE;
    }
    writer.begin();
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      AsciiString name = AsciiString.of(header.getKey());
      AsciiString value = AsciiString.of(header.getValue());
      Http2Rules.check(name, value);
      writer.ascii(name).text(": ").ascii(value).endLine();
    }
    HeadParser parser = new HeadParser(FirstLine.Kind.NONE, limits);
    if (!parser.feed(writer.endLine().wrapped())) {
      throw MalformedException.of("the trailers are incomplete");
    }
    return parser.head();
  }

  /** The head of a response. What concerns a connection of HTTP/1.1 alone is left out. */
  static Http2Headers response(ByteBuf head) {
    byte[] bytes = new byte[head.readableBytes()];
    head.getBytes(head.readerIndex(), bytes);
    Http2Headers headers = new DefaultHttp2Headers(false);
    AsciiString status = new AsciiString(bytes, STATUS_START, STATUS_END - STATUS_START, false);
    boolean switched = status.contentEquals("101"); // Of HTTP/1.1 alone (RFC 9113, 8.6).
    headers.status(switched ? HttpResponseStatus.OK.codeAsText() : status);
    int at = behindLine(bytes, 0);
    while (at < bytes.length && bytes[at] != '\r') {
      int colon = at;
      while (bytes[colon] != ':') {
        bytes[colon] = lower(bytes[colon]);
        colon++;
      }
      int next = behindLine(bytes, colon);
      add(headers, bytes, at, colon, next - 2);
      at = next;
    }
    if (switched) {
      headers.remove(WebSocketKey.ACCEPT);
    }
    return headers;
  }

  private static void add(Http2Headers headers, byte[] bytes, int start, int colon, int end) {
    if (Http2Rules.ofConnection(HeaderName.of(bytes, start, colon, false))) {
      return;
    }
    int valueStart = colon + 1;
    while (valueStart < end && Ascii.isBlank(bytes[valueStart])) {
      valueStart++;
    }
    // Copies: what the encoder's table keeps would keep the whole head.
    headers.add(
        new AsciiString(bytes, start, colon - start, true),
        new AsciiString(bytes, valueStart, end - valueStart, true));
  }

  private static int behindLine(byte[] bytes, int from) {
    int i = from;
    while (bytes[i] != '\n') {
      i++;
    }
    return i + 1;
  }

  private static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
  }

  /** The trailers of a response; null if there are none. */
  static @Nullable Http2Headers trailers(Head trailers) {
    Http2Headers headers = null;
    for (int i = 0; i < trailers.size(); i++) {
      if (trailers.known(i) == HeaderName.OTHER) {
        headers = headers == null ? new DefaultHttp2Headers(false) : headers;
        headers.add(
            new AsciiString(trailers.name(i)).toLowerCase(), new AsciiString(trailers.value(i)));
      }
    }
    return headers;
  }

  /** A body's part without bytes. */
  static ByteBuf nothing() {
    return Unpooled.EMPTY_BUFFER;
  }
}
