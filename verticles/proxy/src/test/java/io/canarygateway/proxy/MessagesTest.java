package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies, heads and trailers pass as they are; what is meant for one hop stays behind. */
class MessagesTest {

  @RegisterExtension final FreshProxy gateway = new FreshProxy();
  private final Upstreams upstreams = gateway.upstreams;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16384, 16385, 1 << 20})
  void bodiesOfEverySizePassBothWays(int size) throws Exception {
    upstreams.main.answer(request -> request.response().end("y".repeat(size)));
    gateway.start(upstreams.withoutSidecar());
    assertThat(gateway.post("/", "z".repeat(size)).body()).isEqualTo("y".repeat(size));
    assertThat(upstreams.main.seen.get(0).body()).isEqualTo("z".repeat(size));
  }

  @Test
  void chunksAndTrailersPass() throws Exception {
    upstreams.main.answer(
        request -> {
          HttpServerResponse response = request.response().setChunked(true);
          response.write("one");
          response.putTrailer("X-Trailer", "last");
          response.end("two");
        });
    gateway.start(upstreams.withoutSidecar());
    String response = gateway.raw("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(response.toLowerCase(Locale.ROOT))
        .contains("transfer-encoding: chunked")
        .contains("3\r\none\r\n")
        .contains("x-trailer: last");
  }

  @Test
  void headHasTheLengthButNoBody() throws Exception {
    upstreams.main.raw(request -> request.response().putHeader("content-length", "12345").end());
    gateway.start(upstreams.withoutSidecar());
    String response = gateway.raw("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(response.toLowerCase(Locale.ROOT))
        .contains("content-length: 12345")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void aBodilessStatusEndsWithItsHead(int status) throws Exception {
    upstreams.main.raw(request -> request.response().setStatusCode(status).end());
    gateway.start(upstreams.withoutSidecar());
    String response =
        gateway.raw(
            "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(response.split("HTTP/1.1 " + status, -1)).hasSize(3);
    assertThat(response.toLowerCase(Locale.ROOT)).doesNotContain("transfer-encoding");
    assertThat(status == 204 && response.toLowerCase(Locale.ROOT).contains("content-length"))
        .isFalse();
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    upstreams.main.answer(request -> request.response().end(request.uri()));
    gateway.start(upstreams.withoutSidecar());
    String response =
        gateway.raw(
            "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                + "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(response).containsSubsequence("/1", "/2", "/3");
  }

  @Test
  void http10IsServed() throws Exception {
    gateway.start(upstreams.withoutSidecar());
    upstreams.main.answer(request -> request.response().setChunked(true).end("chunky"));
    String response = gateway.raw("GET / HTTP/1.0\r\n\r\n");
    assertThat(response).contains("200 OK").endsWith("chunky");
  }

  @Test
  void hopByHopHeadersStopHere() throws Exception {
    upstreams.main.answer(
        request ->
            request
                .response()
                .putHeader("Keep-Alive", "timeout=5")
                .putHeader("Connection", "X-Named")
                .putHeader("X-Named", "1")
                .putHeader("X-Kept", "1")
                .end());
    gateway.start(upstreams.withoutSidecar());
    String response =
        gateway.raw(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nConnection: X-Mine\r\nX-Mine: 1\r\nTE: gzip\r\n"
                + "Proxy-Authorization: secret\r\nProxy-Connection: x\r\nX-End: 1\r\n\r\n");
    assertThat(upstreams.main.seen.get(0).headers().names())
        .map(name -> name.toLowerCase(Locale.ROOT))
        .contains("x-end")
        .doesNotContain("x-mine", "te", "proxy-authorization", "proxy-connection", "connection");
    assertThat(response).contains("X-Kept").doesNotContain("X-Named").doesNotContain("Keep-Alive");
  }

  @ParameterizedTest
  @CsvSource({
    "GET / HTTP/1.1, '', 400",
    "GET / HTTP/1.1, Host: x|Host: y, 400",
    "GET / HTTP/1.1, Host: x|Transfer-Encoding: gzip, 501",
    "GET / HTTP/1.1, Host: x|Content-Length: 1|Content-Length: 2, 400",
    "GET / HTTP/1.1, Host: x|Content-Length: -1, 400",
    "CONNECT x:1 HTTP/1.1, Host: x, 405",
    "GET / HTTP/1.1, Host: x|bad header, 400",
    "nonsense, '', 400"
  })
  void whatIsMalformedIsRefused(String line, String headers, int status) throws Exception {
    gateway.start(upstreams.withoutSidecar());
    String response =
        gateway.raw(
            line
                + "\r\n"
                + (headers.isEmpty() ? "" : headers.replace("|", "\r\n") + "\r\n")
                + "\r\n");
    assertThat(response).contains(" " + status + " ");
    assertThat(upstreams.main.seen).isEmpty();
  }

  @Test
  void tooLargeAHeadIsRefused() throws Exception {
    gateway.start(upstreams.withoutSidecar());
    assertThat(gateway.raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(40_000) + "\r\n\r\n"))
        .contains(" 431 ");
    assertThat(gateway.raw("GET /" + "a".repeat(40_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .contains(" 414 ");
    assertThat(gateway.metric("gateway_errors_total{status=\"431\"}")).isEqualTo(1);
    assertThat(gateway.metric("gateway_errors_total{status=\"414\"}")).isEqualTo(1);
  }

  @Test
  void anAbsoluteRequestTargetIsUnderstood() throws Exception {
    gateway.start(upstreams.withoutSidecar());
    gateway.raw(
        "GET http://elsewhere.example/a?b=c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(upstreams.main.seen.get(0).uri()).isEqualTo("/a?b=c");
  }
}
