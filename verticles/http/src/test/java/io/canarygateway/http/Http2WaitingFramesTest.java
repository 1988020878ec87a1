package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames that wait keep their bytes and their share of the window, and cost little heap. */
class Http2WaitingFramesTest {

  private static final int WINDOW = 128 * 1024;

  private final Http2WaitingFrames waiting = new Http2WaitingFrames();
  private final List<ByteBuf> sent = new ArrayList<>();

  private void add(int bytes, int from, boolean ends) {
    ByteBuf content = Unpooled.buffer(bytes);
    for (int i = 0; i < bytes; i++) {
      content.writeByte(from + i);
    }
    sent.add(content);
    Http2DataFrame frame = new DefaultHttp2DataFrame(content, ends);
    waiting.add(frame);
  }

  private List<Http2BodyPart> removeAll() {
    List<Http2BodyPart> parts = new ArrayList<>();
    while (!waiting.isEmpty()) {
      parts.add((Http2BodyPart) waiting.remove());
    }
    return parts;
  }

  @Test
  void aWindowOfFramesOfOneByteIsAFewParts() {
    for (int i = 0; i < WINDOW; i++) {
      add(1, i, i == WINDOW - 1);
    }
    List<Http2BodyPart> parts = removeAll();
    assertThat(parts).hasSize(WINDOW / (16 * 1024));
    assertThat(parts.stream().mapToInt(Http2BodyPart::window).sum()).isEqualTo(WINDOW);
    int next = 0;
    for (Http2BodyPart part : parts) {
      while (part.content().isReadable()) {
        assertThat(part.content().readByte()).isEqualTo((byte) next++);
      }
      assertThat(part.ends()).isEqualTo(next == WINDOW);
      part.release();
    }
    assertThat(sent).allMatch(content -> content.refCnt() == 0);
  }

  @Test
  void aLargeFrameStaysAsItIs() {
    add(10_000, 0, false);
    add(10_000, 1, false);
    add(1, 2, true);
    List<Http2BodyPart> parts = removeAll();
    assertThat(parts)
        .extracting(part -> part.content().readableBytes())
        .containsExactly(10_000, 10_001);
    assertThat(parts.get(0).content()).isSameAs(sent.get(0));
    parts.forEach(Http2BodyPart::release);
  }

  @Test
  void whatIsDroppedIsReleased() {
    add(10_000, 0, false);
    add(1, 2, false);
    waiting.drop();
    assertThat(waiting.isEmpty()).isTrue();
    assertThat(sent).allMatch(content -> content.refCnt() == 0);
  }
}
