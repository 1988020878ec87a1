package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How upstreams' responses are read, and how clients get them. */
class ResponseFramingTest {

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  /** Answers once, and closes if the answer needs it. */
  private static Reply reply(String method, String answer) throws Exception {
    gateway.upstream().script((request, link) -> link.readBody().send(answer).close());
    return gateway.ask(ScriptedGateway.request(method + " / HTTP/1.1"));
  }

  private static void assertBadGateway(String answer) throws Exception {
    for (String method : List.of("GET", "POST")) {
      gateway.upstream().reset();
      // So that a connection is there that was used before.
      gateway.get("/");
      gateway.upstream().reset();
      Reply reply = reply(method, answer);
      assertThat(reply.status()).isEqualTo(502);
      assertThat(gateway.upstream().received()).hasSize(1);
    }
    gateway.awaitQuiet();
    gateway.upstream().reset();
    assertThat(gateway.get("/").body()).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
        "HTTP/1.1 200 OK\nX: y\r\nContent-Length: 5\r\n\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\n\r\nhello",
        "HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 \u00e9\tb\r\nContent-Length:\t5 \r\n\r\nhello",
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nhe\r\n003;c\r\nllo\r\n0;d\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\n\r\nhello"
      })
  void theseAreRelayedWhole(String answer) throws Exception {
    Reply reply = reply("GET", answer);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("hello");
    assertThat(reply.end()).isEqualTo(Reply.End.FRAMED);
    assertThat(reply.headers("Content-Length").size() + reply.headers("Transfer-Encoding").size())
        .isEqualTo(1);
    assertThat(gateway.upstream().received()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "what?\r\n\r\n",
        "HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 2x0 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1  200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1\t200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1x 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "ICY 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 O\u0000K\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 O\rK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nbad header\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX Y: z\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\n X: y\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX: a\u0000b\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX\u0001: y\r\nContent-Length: 2\r\n\r\nok"
      })
  void aHeadThatIsNoneIs502AndAskedForOnce(String answer) throws Exception {
    assertBadGateway(answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: -5",
        "Content-Length: +5",
        "Content-Length: 5x",
        "Content-Length: 0x5",
        "Content-Length: ",
        "Content-Length: 5 5",
        "Content-Length: 18446744073709551621",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: "
      })
  void framingThatIsNotPlainIs502(String fields) throws Exception {
    assertBadGateway("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  }

  @Test
  void chunkedOfHttp10Is502() throws Exception {
    assertBadGateway(
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  }

  /** RFC 9112 5.1 has it removed or refused, but never passed on. */
  @Test
  void spaceBeforeAColonIsNotPassedOn() throws Exception {
    Reply reply = reply("GET", "HTTP/1.1 200 OK\r\nX : y\r\nContent-Length: 2\r\n\r\nok");
    assertThat(reply.status()).isIn(200, 502);
    assertThat(reply.head().text()).doesNotContain("X :");
  }

  @Test
  void headsHaveLimits() throws Exception {
    String rest = "Content-Length: 2\r\n\r\nok";
    assertThat(reply("GET", "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(255) + rest).headers("X"))
        .hasSize(255);
    assertThat(
            reply("GET", "HTTP/1.1 200 OK\r\nX: " + "a".repeat(60_000) + "\r\n" + rest).header("X"))
        .hasSize(60_000);
    assertBadGateway("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(256) + rest);
    assertBadGateway("HTTP/1.1 200 OK\r\nX: " + "a".repeat(66_000) + "\r\n" + rest);
  }

  @ParameterizedTest
  @CsvSource({"'', ''", "'Content-Length: 1234', 1234", "'Content-Length: 0', 0"})
  void notModifiedHasTheLengthThatUpstreamSays(String field, String length) throws Exception {
    assertBodiless("GET", "HTTP/1.1 304 Not Modified\r\n" + line(field) + "\r\n", length);
  }

  @ParameterizedTest
  @CsvSource({"'', ''", "'Content-Length: 1234', 1234", "'Content-Length: 0', 0"})
  void anAnswerToHeadHasTheLengthThatUpstreamSays(String field, String length) throws Exception {
    assertBodiless("HEAD", "HTTP/1.1 200 OK\r\n" + line(field) + "\r\n", length);
  }

  @Test
  void noContentHasNoLength() throws Exception {
    assertBodiless("GET", "HTTP/1.1 204 No Content\r\n\r\n", "");
    assertBodiless("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "");
    assertBodiless("PUT", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "");
  }

  @Test
  void anAnswerToHeadMayBeOneThatWouldBeChunked() throws Exception {
    assertBodiless("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "");
  }

  private static String line(String field) {
    return field.isEmpty() ? "" : field + "\r\n";
  }

  /** One whose end is the end of its head: another response follows on the same connection. */
  private static void assertBodiless(String method, String answer, String length) throws Exception {
    gateway
        .upstream()
        .script(
            (request, link) ->
                link.readBody()
                    .send(request.target().equals("/second") ? ScriptedUpstream.OK : answer));
    try (RawSocket client = gateway.client()) {
      client.send(ScriptedGateway.request(method + " / HTTP/1.1") + ScriptedGateway.SECOND);
      Reply reply = client.reply(method);
      assertThat(String.join(",", reply.headers("Content-Length"))).isEqualTo(length);
      Reply second = client.reply();
      assertThat(second).isNotNull();
      assertThat(second.body()).isEqualTo("ok");
    }
  }

  @Test
  void trailersPassButForFraming() throws Exception {
    Reply reply =
        reply(
            "GET",
            "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
                + "X-Sum: 1\r\nContent-Length: 9\r\nTransfer-Encoding: gzip\r\nConnection: x\r\n"
                + "X-Other: 2\r\n\r\n");
    assertThat(reply.body()).isEqualTo("hello");
    assertThat(reply.header("Trailer")).isEqualTo("X-Sum");
    assertThat(reply.trailers())
        .contains("X-Sum: 1\r\n", "X-Other: 2\r\n")
        .doesNotContainIgnoringCase("content-length")
        .doesNotContainIgnoringCase("transfer-encoding")
        .doesNotContainIgnoringCase("connection");
  }

  @Test
  void headersPassAsTheyAre() throws Exception {
    Reply reply =
        reply(
            "GET",
            "HTTP/1.1 299 So So\r\nset-Cookie: a=1; Path=/\r\nX-B: \u00e9\u0080\r\nSet-Cookie: b=2\r\n"
                + "date: Thu, 01 Jan 1970 00:00:00 GMT\r\nServer: s\r\nContent-Length: 2\r\n\r\nok");
    assertThat(reply.head().line()).isEqualTo("HTTP/1.1 299 So So");
    assertThat(reply.head().fields())
        .containsSubsequence(
            "set-Cookie: a=1; Path=/",
            "X-B: \u00e9\u0080",
            "Set-Cookie: b=2",
            "date: Thu, 01 Jan 1970 00:00:00 GMT",
            "Server: s");
    assertThat(reply.headers("Date")).hasSize(1);
  }

  @Test
  void aMissingDateIsAdded() throws Exception {
    assertThat(gateway.get("/").headers("Date"))
        .singleElement()
        .asString()
        .matches("[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT");
  }
}
