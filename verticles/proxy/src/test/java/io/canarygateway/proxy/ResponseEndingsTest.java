package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that is cut short never looks complete; one that is complete ends as it should. */
class ResponseEndingsTest {

  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  private static Reply closed(String version, String answer) throws Exception {
    gateway.upstream().script((request, link) -> link.readBody().send(answer).close());
    return gateway.ask("GET / " + version + "\r\nHost: x\r\n\r\n");
  }

  /** The upstream's RST may overtake what it sent, so the client is let read first. */
  private static Reply reset(String version, String answer) throws Exception {
    CompletableFuture<Void> read = new CompletableFuture<>();
    gateway
        .upstream()
        .script(
            (request, link) -> {
              link.readBody().send(answer);
              read.join();
              link.reset();
            });
    try (RawSocket client = gateway.client()) {
      client.send("GET / " + version + "\r\nHost: x\r\n\r\n");
      await().until(() -> client.socket().getInputStream().available() > 0);
      read.complete(null);
      return client.reply();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5\r\nhel",
        "5\r\nhello",
        "5\r\nhello\r\n",
        "5\r\nhello\r\n0\r\n",
        "5\r\nhello\r\n0\r\nX: y\r\n",
        "5\r\nhello\r\n5"
      })
  void aChunkedAnswerCutShortIsCutOrReset(String body) throws Exception {
    assertThat(closed("HTTP/1.1", CHUNKED + body).whole()).isFalse();
    assertThat(closed("HTTP/1.0", CHUNKED + body).end()).isEqualTo(Reply.End.RESET);
    assertThat(reset("HTTP/1.1", CHUNKED + body).whole()).isFalse();
    assertThat(reset("HTTP/1.0", CHUNKED + body).end()).isEqualTo(Reply.End.RESET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
  void anAnswerShorterThanItsLengthIsCut(String version) throws Exception {
    assertThat(closed(version, OK + "Content-Length: 10\r\n\r\nhello").whole()).isFalse();
    assertThat(reset(version, OK + "Content-Length: 10\r\n\r\nhello").whole()).isFalse();
  }

  @Test
  void anAnswerUntilCloseThatIsResetIsNotComplete() throws Exception {
    assertThat(reset("HTTP/1.1", OK + "\r\nhello").whole()).isFalse();
    assertThat(reset("HTTP/1.0", OK + "\r\nhello").end()).isEqualTo(Reply.End.RESET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\nhello\r\n0\r\n\r\n",
        "5\r\nhelloX\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "5 5\r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\nbad trailer\r\n\r\n"
      })
  void anAnswerWithABrokenChunkIsCut(String body) throws Exception {
    Reply reply = closed("HTTP/1.1", CHUNKED + "1\r\na\r\n" + body);
    assertThat(reply.status() == 502 || !reply.whole()).isTrue();
    Reply old = closed("HTTP/1.0", CHUNKED + "1\r\na\r\n" + body);
    assertThat(old.status() == 502 || old.end() == Reply.End.RESET).isTrue();
  }

  @Test
  void anUpstreamThatClosesInItsHeadIs502() throws Exception {
    assertThat(closed("HTTP/1.1", "").status()).isEqualTo(502);
    assertThat(closed("HTTP/1.1", "HTTP/1.1 20").status()).isEqualTo(502);
    assertThat(closed("HTTP/1.1", OK + "Content-Length: 5\r\n").status()).isEqualTo(502);
    assertThat(closed("HTTP/1.1", "HTTP/1.1 103 Early\r\n\r\n").status()).isIn(103, 502);
  }

  static Stream<Arguments> complete() {
    String length = OK + "Content-Length: 5\r\n\r\nhello";
    String chunked = CHUNKED + "5\r\nhello\r\n0\r\n\r\n";
    String untilClose = OK + "\r\nhello";
    return Stream.of(
        Arguments.of("HTTP/1.1", length, Reply.End.FRAMED),
        Arguments.of("HTTP/1.0", length, Reply.End.FRAMED),
        Arguments.of("HTTP/1.1", chunked, Reply.End.FRAMED),
        Arguments.of("HTTP/1.0", chunked, Reply.End.CLOSED),
        Arguments.of("HTTP/1.1", untilClose, Reply.End.FRAMED),
        Arguments.of("HTTP/1.0", untilClose, Reply.End.CLOSED));
  }

  @ParameterizedTest
  @MethodSource("complete")
  void aCompleteAnswerEndsAsItsReaderKnows(String version, String answer, Reply.End end)
      throws Exception {
    Reply reply = closed(version, answer);
    assertThat(reply.body()).isEqualTo("hello");
    assertThat(reply.end()).isEqualTo(end);
    if (version.equals("HTTP/1.0")) {
      assertThat(reply.headers("Transfer-Encoding")).isEmpty();
    }
  }

  @Test
  void anHttp10ClientKeepsItsConnectionIfItAskedAndTheLengthIsKnown() throws Exception {
    String request = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    try (RawSocket client = gateway.client()) {
      for (int i = 0; i < 3; i++) {
        Reply reply = client.send(request).reply();
        assertThat(reply.body()).isEqualTo("ok");
        assertThat(reply.header("Connection")).isEqualToIgnoringCase("keep-alive");
      }
    }
    gateway.upstream().answer(CHUNKED + "5\r\nhello\r\n0\r\n\r\n");
    try (RawSocket client = gateway.client()) {
      Reply reply = client.send(request).reply();
      assertThat(reply.body()).isEqualTo("hello");
      assertThat(reply.end()).isEqualTo(Reply.End.CLOSED);
      assertThat(reply.header("Connection")).isNotEqualToIgnoringCase("keep-alive");
    }
  }

  @Test
  void anUpstreamsCloseIsNotTheClients() throws Exception {
    gateway
        .upstream()
        .script(
            (request, link) ->
                link.readBody()
                    .send(OK + "Connection: close\r\nContent-Length: 2\r\n\r\nok")
                    .close());
    try (RawSocket client = gateway.client()) {
      for (int i = 0; i < 3; i++) {
        Reply reply = client.send(ScriptedGateway.request("GET / HTTP/1.1")).reply();
        assertThat(reply.body()).isEqualTo("ok");
        assertThat(reply.saysClose()).isFalse();
      }
    }
    assertThat(
            List.copyOf(gateway.upstream().received()).stream()
                .map(ReceivedRequest::connection)
                .distinct())
        .hasSize(3);
  }
}
