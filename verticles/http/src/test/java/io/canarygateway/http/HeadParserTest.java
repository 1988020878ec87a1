package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class HeadParserTest {

  private static final HeadLimits LIMITS = new HeadLimits(600, 8);

  /** The result of parsing bytes: heads as text, then the fault of the rest. */
  private static List<String> parse(FirstLine.Kind kind, String bytes, long seed) {
    List<String> found = new ArrayList<>();
    HeadParser parser = new HeadParser(kind, LIMITS);
    try {
      for (String piece : Bytes.cut(bytes, seed)) {
        ByteBuf in = Bytes.of(piece);
        while (in.isReadable()) {
          if (parser.feed(in)) {
            found.add(text(kind, parser));
            parser.reset();
          }
        }
      }
      found.add(parser.begun() ? "unfinished" : "finished");
    } catch (MalformedException e) {
      found.add(e.fault() + " " + e.getMessage());
    }
    return found;
  }

  private static String text(FirstLine.Kind kind, HeadParser parser) {
    StringBuilder text = new StringBuilder();
    Head head = parser.head();
    if (kind == FirstLine.Kind.REQUEST) {
      RequestHead request = parser.request();
      text.append(request.method()).append(' ').append(request.path()).append(request.query());
    } else if (kind == FirstLine.Kind.RESPONSE) {
      ResponseHead response = parser.response();
      text.append(response.status()).append(response.http10()).append(response.reason());
    }
    for (int i = 0; i < head.size(); i++) {
      text.append('\n').append(head.known(i)).append(' ').append(head.name(i));
      text.append(": [").append(head.value(i)).append(']');
    }
    return text.toString();
  }

  @Property(tries = 2_000)
  void howTheBytesAreCutMakesNoDifference(
      @ForAll("messages") String bytes,
      @ForAll FirstLine.Kind kind,
      @ForAll @LongRange(min = 1, max = 1_000_000) long seed) {
    assertThat(parse(kind, bytes, seed)).isEqualTo(parse(kind, bytes, 0));
  }

  @Provide
  Arbitrary<String> messages() {
    Arbitrary<String> firstLines =
        Arbitraries.of(
            "GET / HTTP/1.1",
            "POST /a?b HTTP/1.0",
            "GET / HTTP/1.2",
            "GET  / HTTP/1.1",
            "GET http://h/x HTTP/1.1",
            "HTTP/1.1 200 OK",
            "HTTP/1.0 404",
            "HTTP/1.1 20",
            "HTTP/2.0 200 OK",
            "",
            "GET /" + "a".repeat(500) + " HTTP/1.1");
    Arbitrary<String> lines =
        Arbitraries.of(
            "Host: a",
            "host:b",
            "X-A: \t b c \t",
            "X_Canary: 1",
            "X-Forwarded-Foo: 1",
            "X-Long: " + "l".repeat(150),
            ": empty",
            "No Colon",
            " folded: x",
            "Nul: \0",
            "Cr: a\rb",
            "High: \u00e4\u00ff",
            "Del: \u007f");
    Arbitrary<String> ends = Arbitraries.of("\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r");
    Arbitrary<String> ended = Combinators.combine(lines, ends).as((line, end) -> line + end);
    Arbitrary<String> headers = ended.list().ofMaxSize(10).map(list -> String.join("", list));
    Arbitrary<String> heads =
        Combinators.combine(firstLines, ends, headers, ends)
            .as((first, end, rest, last) -> first + end + rest + last);
    return heads.list().ofMinSize(1).ofMaxSize(3).map(list -> String.join("", list));
  }

  private static String requestOf(int bytes) {
    String start = "GET / HTTP/1.1\r\nX: ";
    String end = "\r\n\r\n";
    return start + "x".repeat(bytes - start.length() - end.length()) + end;
  }

  @Example
  void theLimitOfBytesIsExact() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(parse(FirstLine.Kind.REQUEST, requestOf(600), seed)).endsWith("finished");
      assertThat(parse(FirstLine.Kind.REQUEST, requestOf(601), seed).toString())
          .contains("HEAD_TOO_LARGE");
    }
  }

  @Example
  void theLimitOfLinesIsExact() {
    for (long seed = 0; seed < 20; seed++) {
      String line = "X: y\r\n";
      assertThat(
              parse(FirstLine.Kind.REQUEST, "GET / HTTP/1.1\r\n" + line.repeat(8) + "\r\n", seed))
          .endsWith("finished");
      assertThat(
              parse(FirstLine.Kind.REQUEST, "GET / HTTP/1.1\r\n" + line.repeat(9) + "\r\n", seed)
                  .toString())
          .contains("HEAD_TOO_LARGE");
    }
  }

  @Example
  void aRequestLineThatIsTooLongByItselfIsTold() {
    String line = "GET /" + "a".repeat(580) + " HTTP/1.1\r\n";
    assertThat(line).hasSize(596);
    for (long seed = 0; seed < 20; seed++) {
      assertThat(parse(FirstLine.Kind.REQUEST, line + "\r\n", seed)).endsWith("finished");
      assertThat(parse(FirstLine.Kind.REQUEST, "GET /aaaaa" + line.substring(5), seed).toString())
          .contains("LINE_TOO_LONG");
    }
  }

  /** The parser copies each byte once, and few bytes beyond the head. */
  @Example
  void aByteIsCopiedABoundedNumberOfTimes() throws MalformedException {
    HeadParser parser = new HeadParser(FirstLine.Kind.REQUEST, new HeadLimits(32 * 1024, 128));
    ByteBuf large = Bytes.of(requestOf(32 * 1024));
    assertThat(parser.feed(large)).isTrue();
    parser.reset();
    CountingBuf small = new CountingBuf(Bytes.of("GET / HTTP/1.1\r\n\r\n" + "x".repeat(60_000)));
    assertThat(parser.feed(small)).isTrue();
    assertThat(small.readableBytes()).isEqualTo(60_000);
    assertThat(small.copied()).isLessThanOrEqualTo(4_096);
  }

  @Example
  void aHeadThatComesByteByByteIsReadInLinearTime() throws MalformedException {
    String request = requestOf(32 * 1024);
    HeadParser parser = new HeadParser(FirstLine.Kind.REQUEST, new HeadLimits(32 * 1024, 128));
    CountingBuf in = new CountingBuf(Bytes.of(request));
    ByteBuf one = Bytes.of("x");
    boolean complete = false;
    for (int i = 0; i < request.length(); i++) {
      assertThat(complete).isFalse();
      one.clear().writeByte(in.readByte());
      complete = parser.feed(one);
      parser.shrink();
    }
    assertThat(complete).isTrue();
  }

  @Example
  void fourEmptyLinesBeforeARequestAreOverlooked() {
    assertThat(parse(FirstLine.Kind.REQUEST, "\r\n".repeat(4) + requestOf(100), 0))
        .endsWith("finished");
    assertThat(parse(FirstLine.Kind.REQUEST, "\r\n".repeat(5) + requestOf(100), 0).toString())
        .contains("MALFORMED");
    assertThatThrownBy(
            () ->
                new HeadParser(FirstLine.Kind.RESPONSE, LIMITS)
                    .feed(Bytes.of("\r\nHTTP/1.1 200 OK\r\n\r\n")))
        .isInstanceOf(MalformedException.class);
  }
}
