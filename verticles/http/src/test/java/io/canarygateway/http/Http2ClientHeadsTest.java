package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads of responses by HTTP/2, as HTTP/1.1 has them. */
class Http2ClientHeadsTest {

  private final Http2ClientHeads heads =
      new Http2ClientHeads(new HeadParsers(FirstLine.Kind.RESPONSE, HeadLimits.RESPONSE));

  private ResponseHead response(String status) throws MalformedException {
    Http2Headers headers = new DefaultHttp2Headers(false);
    headers.status(AsciiString.of(status));
    return heads.response(headers);
  }

  @ParameterizedTest
  @CsvSource({"200,OK", "103,Early Hints", "404,Not Found", "503,Service Unavailable"})
  void aRegisteredStatusHasItsReason(String status, String reason) throws Exception {
    assertThat(response(status).reason()).isEqualTo(reason);
  }

  @Test
  void anyOtherStatusHasNone() throws Exception {
    assertThat(response("299").status()).isEqualTo(299);
    assertThat(response("299").reason()).isEmpty();
    assertThat(response("999").reason()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "20", "2000", "2x0", "-20", "200 OK", "099", "101"})
  void aMalformedStatusIsRefused(String status) {
    assertThatThrownBy(() -> response(status)).isInstanceOf(MalformedException.class);
  }
}
