package io.canarygateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class HeadWriterTest {

  private final HeadWriter writer = new HeadWriter();

  private String end() {
    ByteBuf head = writer.end(UnpooledByteBufAllocator.DEFAULT, 7);
    assertThat(head.writableBytes()).isEqualTo(7);
    String text = head.toString(ISO_8859_1);
    head.release();
    return text;
  }

  @Test
  void linesAreCopiedAsTheyCame() throws Exception {
    Head head =
        Heads.request("GET / HTTP/1.1", "A:1", "b:  2 ", "C: 3", "d: \u00e4", "E:", "f: \t6");
    writer.begin().text("X").endLine().lines(head, (lines, line) -> line != 1 && line != 4);
    assertThat(end()).isEqualTo("X\r\nA:1\r\nC: 3\r\nd: \u00e4\r\nf: \t6\r\n\r\n");
  }

  @Test
  void bareLineFeedsBecomeCrlf() throws Exception {
    HeadParser parser = new HeadParser(FirstLine.Kind.RESPONSE, HeadLimits.RESPONSE);
    assertThat(parser.feed(Bytes.of("HTTP/1.1 200 Fine\nA: 1 \r\nB:2\nC: 3\n\n"))).isTrue();
    ResponseHead head = parser.response();
    writer.begin().reason(head).endLine().lines(head, (lines, line) -> line != 1);
    assertThat(end()).isEqualTo("Fine\r\nA: 1\r\nC: 3\r\n\r\n");
  }

  @Test
  void itGrowsAndBeginsAnew() {
    String large = "v".repeat(100_000);
    writer.begin().header("A", large).number(17).endLine();
    assertThat(end()).isEqualTo("A: " + large + "\r\n17\r\n\r\n");
    assertThat(writer.begin().header("B", "\u00ff").bytes(new byte[] {'z'})).isSameAs(writer);
    assertThat(end()).isEqualTo("B: \u00ff\r\nz\r\n");
  }

  @Test
  void theTargetIsCopiedAsItCame() throws Exception {
    writer.begin().origin(Heads.request("GET /a/%7e?b=c&d HTTP/1.1")).text(" ");
    writer.origin(Heads.request("GET /a HTTP/1.1")).endLine();
    assertThat(end()).isEqualTo("/a/%7e?b=c&d /a\r\n\r\n");
  }
}
