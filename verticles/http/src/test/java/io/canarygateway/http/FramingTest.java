package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramingTest {

  private static final String[] NONE = {};

  private static String[] lines(String lines) {
    return lines == null ? NONE : lines.split("\\|");
  }

  @ParameterizedTest
  @CsvSource({
    "1.1, , 0",
    "1.0, , 0",
    "1.1, Content-Length: 0, 0",
    "1.1, Content-Length: 12, 12",
    "1.0, content-length:12, 12",
    "1.1, Content-Length: 0012, 12",
    "1.1, Content-Length: 999999999999999999, 999999999999999999",
    "1.1, Transfer-Encoding: chunked, -1",
    "1.1, Transfer-Encoding: CHUNKED, -1",
    "1.1, Content_Length: 7, 0",
    "1.1, Transfer_Encoding: chunked, 0",
  })
  void aRequestsBodyIsThatLong(String version, String lines, long length) throws Exception {
    assertThat(Framing.ofRequest(Heads.request("POST / HTTP/" + version, lines(lines))))
        .isEqualTo(length);
  }

  @ParameterizedTest
  @CsvSource({
    "1.1, Content-Length:, MALFORMED",
    "1.1, Content-Length: -1, MALFORMED",
    "1.1, Content-Length: +1, MALFORMED",
    "1.1, Content-Length: 0x1, MALFORMED",
    "1.1, Content-Length: 1 2, MALFORMED",
    "1.1, 'Content-Length: 1, 1', MALFORMED",
    "1.1, Content-Length: 1|Content-Length: 1, MALFORMED",
    "1.0, Content-Length: 1|Content-Length: 2, MALFORMED",
    "1.1, Content-Length: 1000000000000000000, MALFORMED",
    "1.1, Transfer-Encoding: chunked|Content-Length: 1, MALFORMED",
    "1.1, Transfer-Encoding: gzip|Content-Length: 1, MALFORMED",
    "1.0, Transfer-Encoding: chunked, MALFORMED",
    "1.0, Transfer-Encoding: identity, MALFORMED",
    "1.1, 'Transfer-Encoding: chunked, chunked', MALFORMED",
    "1.1, Transfer-Encoding: chunked|Transfer-Encoding: chunked, MALFORMED",
    "1.1, 'Transfer-Encoding: chunked, gzip', MALFORMED",
    "1.1, Transfer-Encoding: chunked|Transfer-Encoding: gzip, MALFORMED",
    "1.1, 'Transfer-Encoding: chunked,', MALFORMED",
    "1.1, 'Transfer-Encoding: ,chunked', MALFORMED",
    "1.1, Transfer-Encoding:, MALFORMED",
    "1.1, Transfer-Encoding: chunked;a=b, MALFORMED",
    "1.1, Transfer-Encoding: chun ked, MALFORMED",
    "1.1, Transfer-Encoding: gzip, CODING_UNKNOWN",
    "1.1, Transfer-Encoding: identity, CODING_UNKNOWN",
    "1.1, 'Transfer-Encoding: gzip, chunked', CODING_UNKNOWN",
    "1.1, Transfer-Encoding: gzip|Transfer-Encoding: chunked, CODING_UNKNOWN",
  })
  void aRequestIsRefused(String version, String lines, Fault fault) {
    assertThatThrownBy(
            () -> Framing.ofRequest(Heads.request("POST / HTTP/" + version, lines(lines))))
        .isInstanceOfSatisfying(
            MalformedException.class, e -> assertThat(e.fault()).isEqualTo(fault));
  }

  @ParameterizedTest
  @CsvSource({
    "1.1 200, false, , -2",
    "1.0 200, false, , -2",
    "1.1 200, false, Content-Length: 3, 3",
    "1.1 200, false, Content-Length: 3|Content-Length: 3, 3",
    "1.1 200, false, Transfer-Encoding: chunked, -1",
    "1.1 200, true, Transfer-Encoding: chunked, 0",
    "1.1 200, true, Content-Length: 3, 0",
    "1.1 204, false, Content-Length: 3, 0",
    "1.1 304, false, Content-Length: 3, 0",
    "1.1 304, false, Transfer-Encoding: chunked, 0",
    "1.1 205, false, Content-Length: 3, 3",
    "1.1 103, false, Content-Length: 3, 0",
    "1.1 999, false, Content-Length: 3, 3",
  })
  void aResponsesBodyIsThatLong(String start, boolean toHead, String lines, long length)
      throws Exception {
    assertThat(Framing.ofResponse(Heads.response("HTTP/" + start, lines(lines)), toHead))
        .isEqualTo(length);
  }

  @ParameterizedTest
  @CsvSource({
    "1.1 200, Content-Length: 3|Content-Length: 4",
    "1.1 200, 'Content-Length: 3, 3'",
    "1.1 200, Content-Length: abc",
    "1.1 200, Content-Length:",
    "1.1 200, Content-Length: 3|Transfer-Encoding: chunked",
    "1.1 200, 'Transfer-Encoding: gzip, chunked'",
    "1.1 200, Transfer-Encoding: identity",
    "1.1 200, Transfer-Encoding: chunked|Transfer-Encoding: chunked",
    "1.0 200, Transfer-Encoding: chunked",
  })
  void aResponseIsRefused(String start, String lines) {
    assertThatThrownBy(
            () -> Framing.ofResponse(Heads.response("HTTP/" + start, lines(lines)), false))
        .isInstanceOf(MalformedException.class);
  }
}
