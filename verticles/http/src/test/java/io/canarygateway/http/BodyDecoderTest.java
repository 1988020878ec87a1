package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class BodyDecoderTest {

  /** The result of decoding bytes. */
  private record Decoded(String body, String trailers, boolean ended, String rest, Fault fault) {

    static Decoded of(long length, String bytes, long seed) {
      StringBuilder body = new StringBuilder();
      StringBuilder trailers = new StringBuilder();
      BodyDecoder decoder = new BodyDecoder(length);
      BodySink sink =
          new BodySink() {
            @Override
            public void part(ByteBuf part) {
              assertThat(part.isReadable()).isTrue();
              body.append(part.toString(StandardCharsets.ISO_8859_1));
              part.release();
            }

            @Override
            public void end(Head head) {
              trailers.append("end");
              for (int i = 0; i < head.size(); i++) {
                trailers.append(' ').append(head.name(i)).append('=').append(head.value(i));
              }
            }
          };
      StringBuilder rest = new StringBuilder();
      Fault fault = null;
      for (String piece : Bytes.cut(bytes, seed)) {
        ByteBuf in = Bytes.of(piece);
        if (fault == null) {
          try {
            decoder.decode(in, sink);
          } catch (MalformedException e) {
            fault = e.fault();
          }
        }
        if (fault == null) {
          rest.append(in.toString(StandardCharsets.ISO_8859_1));
        }
        in.release();
        assertThat(in.refCnt()).isZero();
      }
      return new Decoded(
          body.toString(),
          trailers.toString(),
          decoder.ended(),
          fault == null ? rest.toString() : "",
          fault);
    }
  }

  @Property(tries = 2_000)
  void howChunksAreCutMakesNoDifference(
      @ForAll("chunked") String bytes, @ForAll @LongRange(min = 1, max = 1_000_000) long seed) {
    assertThat(Decoded.of(Framing.CHUNKED, bytes, seed))
        .isEqualTo(Decoded.of(Framing.CHUNKED, bytes, 0));
  }

  @Provide
  Arbitrary<String> chunked() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "3\r\nabc\r\n",
            "003\r\nabc\r\n",
            "A;x=y\r\n0123456789\r\n",
            "1;\r\nz\r\n",
            "b;q=\"a b\"\r\nhello world\r\n",
            "0\r\n\r\n",
            "0;last\r\n\r\n",
            "0\r\nX-T: 1\r\n\r\n",
            "0\r\nX-T: 1\r\nY: 2\r\n\r\n",
            "0\r\nbroken\r\n\r\n",
            "3\nabc\n",
            "3\r\nabcd\r\n",
            "g\r\n",
            "1234567890123456\r\n",
            "2;\0\r\nab\r\n",
            "\r\n",
            "GET / HTTP/1.1\r\n\r\n");
    Arbitrary<String> ends = Arbitraries.of("", "0\r\n\r\n", "0\r\nA: b\r\n\r\nrest");
    return Combinators.combine(pieces.list().ofMaxSize(6), ends)
        .as((list, end) -> String.join("", list) + end);
  }

  @Property(tries = 300)
  void aLengthTakesThatManyBytesAndLeavesTheRest(
      @ForAll @IntRange(min = 0, max = 100) int length,
      @ForAll @IntRange(min = 0, max = 150) int sent,
      @ForAll @LongRange(min = 1, max = 1_000) long seed) {
    String bytes = "x".repeat(Math.min(length, sent)) + "r".repeat(Math.max(0, sent - length));
    Decoded decoded = Decoded.of(length, bytes, seed);
    assertThat(decoded.body()).isEqualTo("x".repeat(Math.min(length, sent)));
    assertThat(decoded.rest()).isEqualTo("r".repeat(Math.max(0, sent - length)));
    assertThat(decoded.ended()).isEqualTo(sent >= length);
    assertThat(decoded.trailers()).isEqualTo(sent >= length && length > 0 ? "end" : "");
  }

  @Example
  void theLimitOfExtensionsIsExact() {
    String fits = "1;" + "e".repeat(4_095) + "\r\nx\r\n0\r\n\r\n";
    assertThat(Decoded.of(Framing.CHUNKED, fits, 0).ended()).isTrue();
    String tooLong = "1;" + "e".repeat(4_096) + "\r\nx\r\n0\r\n\r\n";
    assertThat(Decoded.of(Framing.CHUNKED, tooLong, 0).fault()).isEqualTo(Fault.MALFORMED);
  }

  @Example
  void trailersAreBounded() {
    String line = "A: b\r\n";
    assertThat(Decoded.of(Framing.CHUNKED, "0\r\n" + line.repeat(64) + "\r\n", 3).ended()).isTrue();
    assertThat(Decoded.of(Framing.CHUNKED, "0\r\n" + line.repeat(65) + "\r\n", 3).fault())
        .isEqualTo(Fault.HEAD_TOO_LARGE);
  }

  @Example
  void aSizeOf15DigitsIsTheLargest() {
    assertThat(Decoded.of(Framing.CHUNKED, "fffffffffffffff\r\nabc", 0).body()).isEqualTo("abc");
    assertThat(Decoded.of(Framing.CHUNKED, "1000000000000000\r\nabc", 0).fault())
        .isEqualTo(Fault.MALFORMED);
  }

  @Property(tries = 500)
  void whatIsWrittenIsDecodedToTheSame(
      @ForAll("parts") List<String> parts,
      @ForAll boolean chunked,
      @ForAll @IntRange(min = 0, max = 200) int room,
      @ForAll @LongRange(min = 0, max = 1_000) long seed)
      throws MalformedException {
    String body = String.join("", parts);
    long length = chunked ? Framing.CHUNKED : body.length();
    Head trailers =
        chunked
            ? Heads.response("HTTP/1.1 200 OK", "X-A: 1", "Content-Length: 7", "X_Canary: 1", "B: ")
            : Head.NONE;
    String written = write(parts, length, room, trailers);
    assertThat(written).startsWith("HEAD\r\n\r\n");
    Decoded decoded = Decoded.of(length, written.substring("HEAD\r\n\r\n".length()), seed);
    assertThat(decoded.body()).isEqualTo(body);
    assertThat(decoded.rest()).isEmpty();
    assertThat(decoded.ended()).isTrue();
    assertThat(decoded.trailers())
        .isEqualTo(chunked ? "end X-A=1 B=" : body.isEmpty() ? "" : "end");
  }

  private static String write(List<String> parts, long length, int room, Head trailers) {
    ChannelHandlerContext[] context = new ChannelHandlerContext[1];
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void handlerAdded(ChannelHandlerContext ctx) {
                context[0] = ctx;
              }
            });
    MessageWriter writer = new MessageWriter(context[0]);
    HeadWriter head = new HeadWriter().begin().text("HEAD").endLine();
    writer.head(head.end(channel.alloc(), room), length);
    for (String part : parts) {
      writer.part(Bytes.of(part));
    }
    writer.end(trailers);
    writer.flush();
    StringBuilder written = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      written.append(out.toString(StandardCharsets.ISO_8859_1));
      out.release();
    }
    assertThat(channel.finish()).isFalse();
    return written.toString();
  }

  /** An empty part must not become an empty chunk, which would end the body. */
  @Provide
  Arbitrary<List<String>> parts() {
    return Arbitraries.of("", "a", "hello", "0\r\n\r\n", "x".repeat(40), "y".repeat(300))
        .list()
        .ofMaxSize(8);
  }
}
