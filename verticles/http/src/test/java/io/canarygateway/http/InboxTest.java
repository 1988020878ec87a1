package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InboxTest {

  private final Inbox inbox = new Inbox();

  @Test
  void buffersComeOutInOrder() {
    List<ByteBuf> buffers = List.of(Bytes.of("a"), Bytes.of("b"), Bytes.of("c"));
    buffers.forEach(inbox::add);
    List<ByteBuf> taken = new ArrayList<>();
    inbox.drainTo(taken::add);
    assertThat(taken).containsExactlyElementsOf(buffers);
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void aBufferIsReleasedOnceItWasRead() {
    ByteBuf buffer = Bytes.of("abc");
    inbox.add(buffer);
    buffer.skipBytes(2);
    inbox.consumed(buffer, 3);
    assertThat(buffer.refCnt()).isEqualTo(1);
    assertThat(inbox.hasUnread()).isTrue();
    buffer.skipBytes(1);
    assertThat(inbox.hasUnread()).isFalse();
    inbox.consumed(buffer, 1);
    assertThat(buffer.refCnt()).isZero();
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void whatWasTakenMeanwhileIsTheTakers() {
    ByteBuf buffer = Bytes.of("abc");
    inbox.add(buffer);
    assertThat(inbox.take()).isSameAs(buffer);
    buffer.skipBytes(3);
    inbox.consumed(buffer, 3);
    assertThat(buffer.release()).isTrue();
  }

  @Test
  void itIsFullBy16KibOrBy33Buffers() {
    inbox.add(Bytes.of("x".repeat(16_383)));
    assertThat(inbox.isFull()).isFalse();
    ByteBuf one = Bytes.of("x");
    inbox.add(one);
    assertThat(inbox.isFull()).isTrue();
    inbox.clear();
    assertThat(one.refCnt()).isZero();
    assertThat(inbox.isFull()).isFalse();
    for (int i = 0; i < 32; i++) {
      inbox.add(Bytes.of("x"));
    }
    assertThat(inbox.isFull()).isFalse();
    inbox.add(Bytes.of("x"));
    assertThat(inbox.isFull()).isTrue();
    inbox.clear();
  }
}
