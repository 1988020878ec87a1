package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;

/**
 * The translation of heads for calls of upstreams by HTTP/2. A response's head is written as
 * HTTP/1.1 and parsed as strictly as one that arrived like that. Confined to one event loop.
 */
final class Http2ClientHeads {

  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int STATUS_DIGITS = 3;

  private final HeadParsers parsers;
  private final Http2Heads trailers;
  private final HeadWriter writer = new HeadWriter();

  Http2ClientHeads(HeadParsers parsers) {
    this.parsers = parsers;
    this.trailers = new Http2Heads(parsers, HeadLimits.TRAILERS);
  }

  /**
   * The head of a response.
   *
   * @throws MalformedException if HTTP/2 or HTTP/1.1 does not allow it
   */
  ResponseHead response(Http2Headers headers) throws MalformedException {
    boolean begun = false;
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      AsciiString name = AsciiString.of(header.getKey());
      AsciiString value = AsciiString.of(header.getValue());
      if (!begun) {
        begun = true;
        statusLine(name, value);
      } else {
        Http2Rules.check(name, value); // A second pseudo-header has no name that it allows.
        writer.ascii(name).text(": ").ascii(value).endLine();
      }
    }
    if (!begun) {
      throw MalformedException.of("a response has no status");
    }
    return parse();
  }

  private void statusLine(AsciiString name, AsciiString value) throws MalformedException {
    if (!name.contentEquals(":status")) {
      throw MalformedException.of("a response does not begin with its status");
    }
    if (value.length() != STATUS_DIGITS || !value.chars().allMatch(Http2ClientHeads::isDigit)) {
      throw MalformedException.of("a status is not three digits");
    }
    writer
        .begin()
        .text("HTTP/1.1 ")
        .ascii(value)
        .text(" ")
        .text(reason(value.parseInt()))
        .endLine();
  }

  /** The usual phrase, which HTTP/2 does not send; empty if the status is not a registered one. */
  private static String reason(int status) {
    String phrase = HttpResponseStatus.valueOf(status).reasonPhrase();
    return phrase.endsWith(")") ? "" : phrase; // Netty calls others by their class and number.
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private ResponseHead parse() throws MalformedException {
    HeadParser parser = parsers.take();
    if (!parser.feed(writer.endLine().wrapped())) {
      throw MalformedException.of("the head is incomplete");
    }
    ResponseHead head = parser.response().asHttp2();
    parsers.giveBack(parser);
    if (head.status() == SWITCHING_PROTOCOLS) {
      throw MalformedException.of("HTTP/2 has no Upgrade");
    }
    return head;
  }

  /**
   * Trailers.
   *
   * @throws MalformedException if HTTP/2 or HTTP/1.1 does not allow them
   */
  Head trailers(Http2Headers headers) throws MalformedException {
    return trailers.trailers(headers);
  }

  /**
   * The head of a request. What concerns a connection of HTTP/1.1 alone is left out.
   *
   * @param head the head as HTTP/1.1 has it
   * @param scheme the value of {@code :scheme}
   */
  static Http2Headers request(ByteBuf head, AsciiString scheme) {
    byte[] bytes = new byte[head.readableBytes()];
    head.getBytes(head.readerIndex(), bytes);
    int methodEnd = indexOf(bytes, ' ', 0);
    int targetEnd = indexOf(bytes, ' ', methodEnd + 1);
    Http2Headers headers = new DefaultHttp2Headers(false);
    headers.method(part(bytes, 0, methodEnd));
    headers.scheme(scheme);
    headers.path(part(bytes, methodEnd + 1, targetEnd));
    int at = indexOf(bytes, '\n', targetEnd) + 1;
    while (bytes[at] != '\r') {
      int colon = indexOf(bytes, ':', at);
      int next = indexOf(bytes, '\n', colon) + 1;
      int valueStart = colon + 1;
      while (valueStart < next - 2 && Ascii.isBlank(bytes[valueStart])) {
        valueStart++;
      }
      add(headers, part(bytes, at, colon), part(bytes, valueStart, next - 2), bytes, at, colon);
      at = next;
    }
    return headers;
  }

  private static void add(
      Http2Headers headers, AsciiString name, AsciiString value, byte[] bytes, int from, int to) {
    HeaderName known = HeaderName.of(bytes, from, to, false);
    if (known == HeaderName.HOST) {
      headers.authority(value);
    } else if (known == HeaderName.TE && value.contentEqualsIgnoreCase("trailers")
        || !Http2Rules.ofConnection(known)) {
      headers.add(name.toLowerCase(), value);
    }
  }

  /** A copy: what the encoder's table keeps would keep the whole head. */
  private static AsciiString part(byte[] bytes, int start, int end) {
    return new AsciiString(bytes, start, end - start, true);
  }

  private static int indexOf(byte[] bytes, char wanted, int from) {
    int i = from;
    while (bytes[i] != wanted) {
      i++;
    }
    return i;
  }
}
