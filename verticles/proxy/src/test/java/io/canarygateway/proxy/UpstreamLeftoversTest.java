package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that an upstream sends beyond its response never become part of another client's. */
class UpstreamLeftoversTest {

  private static final String WHOLE =
      "HTTP/1.1 200 OK\r\nSet-Cookie: evil=1\r\nContent-Length: 4\r\n\r\nevil";
  private static final String HALF = "HTTP/1.1 200 OK\r\nSet-Cookie: evil=1\r\nX-Rest: ";
  private static final int REPETITIONS = 12;
  private static final int WAIT_SECONDS = 30;

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  /** Method, response, and what comes beyond it. */
  static Stream<Arguments> answers() {
    return Stream.of(
        Arguments.of("GET", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", HALF),
        Arguments.of("GET", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", WHOLE),
        Arguments.of("GET", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "d"),
        Arguments.of("GET", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "\r\n"),
        Arguments.of("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", HALF),
        Arguments.of(
            "GET",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
            HALF),
        Arguments.of(
            "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n", WHOLE),
        Arguments.of(
            "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: " + WHOLE.length() + "\r\n\r\n", WHOLE),
        Arguments.of("HEAD", "HTTP/1.1 200 OK\r\n\r\n", HALF),
        Arguments.of("GET", "HTTP/1.1 204 No Content\r\n\r\n", WHOLE),
        Arguments.of("GET", "HTTP/1.1 204 No Content\r\n\r\n", HALF),
        Arguments.of("GET", "HTTP/1.1 304 Not Modified\r\n\r\n", WHOLE),
        Arguments.of("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", HALF));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void bytesInTheSegmentOfAResponseReachNobody(String method, String answer, String beyond)
      throws Exception {
    gateway
        .upstream()
        .script(
            (request, link) ->
                link.readBody()
                    .send(
                        request.target().equals("/attacked")
                            ? answer + beyond
                            : ScriptedUpstream.OK));
    for (int i = 0; i < REPETITIONS; i++) {
      Reply attacked = gateway.ask(ScriptedGateway.request(method + " /attacked HTTP/1.1"));
      assertRelayedAsItIs(attacked, answer);
      for (int victim = 0; victim < 3; victim++) {
        assertHarmless(gateway.get("/victim"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("answers")
  void bytesThatComeLaterEndTheConnection(String method, String answer, String beyond)
      throws Exception {
    CompletableFuture<Void> read = new CompletableFuture<>();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    gateway
        .upstream()
        .script(
            (request, link) -> {
              if (!request.target().equals("/attacked")) {
                link.readBody().send(ScriptedUpstream.OK);
                return;
              }
              link.readBody().send(answer);
              read.join();
              link.send(beyond).awaitClosed();
              closed.complete(null);
            });
    Reply attacked = gateway.ask(ScriptedGateway.request(method + " /attacked HTTP/1.1"));
    assertRelayedAsItIs(attacked, answer);
    read.complete(null);
    closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
    for (int victim = 0; victim < 3; victim++) {
      assertHarmless(gateway.get("/victim"));
    }
  }

  @ParameterizedTest
  @MethodSource("answers")
  void aConnectionWithBytesLeftIsClosed(String method, String answer, String beyond)
      throws Exception {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    gateway
        .upstream()
        .script(
            (request, link) -> {
              link.readBody().send(answer + beyond).awaitClosed();
              closed.complete(null);
            });
    gateway.ask(ScriptedGateway.request(method + " /attacked HTTP/1.1"));
    closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  private static void assertRelayedAsItIs(Reply reply, String answer) {
    assertThat(reply.status()).isEqualTo(Integer.parseInt(answer.substring(9, 12)));
    assertThat(reply.headers("Set-Cookie")).isEmpty();
    assertThat(reply.body())
        .isEqualTo(answer.endsWith("abc") ? "abc" : answer.contains("1\r\na") ? "a" : "");
    assertThat(reply.whole()).isTrue();
  }

  private static void assertHarmless(Reply reply) {
    assertThat(reply).isNotNull();
    assertThat(reply.headers("Set-Cookie")).isEmpty();
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("ok");
  }
}
