package io.canarygateway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResponseReaderTest {

  private static final String ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

  private final ResponseReader reader = new ResponseReader();

  private boolean take(String text) throws IOException {
    return reader.take(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void aResponseMayComeByteByByte() throws IOException {
    for (int round = 0; round < 2; round++) {
      reader.reset();
      for (int i = 0; i < ANSWER.length() - 1; i++) {
        assertThat(take(ANSWER.substring(i, i + 1))).isFalse();
      }
      assertThat(take("o")).isTrue();
      assertThat(reader.status()).isEqualTo(200);
    }
  }

  @Test
  void aLargeHeadIsTaken() throws IOException {
    String header = "X-Large: " + "x".repeat(4_000) + "\r\n";
    assertThat(take(ANSWER.replace("content-length", header + "Content-Length"))).isTrue();
  }

  @Test
  void bytesBeyondTheResponseAreAFault() {
    assertThatThrownBy(() -> take(ANSWER + "!")).hasMessage("1 bytes beyond the response");
  }

  @Test
  void otherFramingIsAFault() {
    assertThatThrownBy(() -> take("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
        .hasMessageContaining("without Content-Length");
    reader.reset();
    assertThatThrownBy(() -> take("garbage\r\n\r\n")).hasMessageContaining("no response");
  }
}
