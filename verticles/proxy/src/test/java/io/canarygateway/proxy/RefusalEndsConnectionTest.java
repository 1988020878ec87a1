package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is refused, or answered with {@code Connection: close}, is its client's last. */
class RefusalEndsConnectionTest {

  private static final String TWO_HOSTS = "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n";
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int REPETITIONS = 10;

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  /** What was cancelled may be read late. */
  @AfterEach
  void awaitUpstream() throws Exception {
    ProxyFixture.awaitUpstream(gateway);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(TWO_HOSTS, 400),
        Arguments.of("GET / HTTP/1.1\r\n\r\n", 400),
        Arguments.of("GET /\r\n\r\n", 400),
        Arguments.of("nonsense\r\n\r\n", 400),
        Arguments.of(ScriptedGateway.request("GET / HTTP/1.1", "bad header"), 400),
        Arguments.of(ScriptedGateway.request("GET / HTTP/1.1", "X: a", " folded"), 400),
        Arguments.of(
            ScriptedGateway.request("POST / HTTP/1.1", "Content-Length: 0", "Content-Length: 0"),
            400),
        Arguments.of(ScriptedGateway.request("GET / HTTP/1.1", "Transfer-Encoding: gzip"), 501),
        Arguments.of(ScriptedGateway.request("GET / HTTP/1.2"), 505),
        Arguments.of("CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n", 405),
        Arguments.of(ScriptedGateway.request("TRACE / HTTP/1.1"), 405),
        Arguments.of(ScriptedGateway.request("GET ftp://e.test/ HTTP/1.1"), 400),
        Arguments.of(ScriptedGateway.request("GET /" + "a".repeat(40_000) + " HTTP/1.1"), 414),
        Arguments.of(ScriptedGateway.request("GET / HTTP/1.1", "X: " + "a".repeat(40_000)), 431));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void nothingBehindARefusedRequestRuns(String request, int status) throws Exception {
    gateway.assertRefused(request, status);
  }

  @Test
  void nothingBehindAMalformedChunkRuns() throws Exception {
    for (int i = 0; i < REPETITIONS; i++) {
      List<Reply> replies =
          gateway.replies(
              ScriptedGateway.request("POST /first HTTP/1.1", "Transfer-Encoding: chunked")
                  + "zz\r\n"
                  + ScriptedGateway.SECOND);
      assertThat(replies).hasSize(1);
      assertThat(replies.get(0).status()).isEqualTo(400);
      assertThat(replies.get(0).saysClose()).isTrue();
    }
    gateway.awaitQuiet();
    assertThat(gateway.upstream().lines()).doesNotContain("GET /second HTTP/1.1");
    assertThat(gateway.upstream().received()).noneMatch(ReceivedRequest::complete);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Connection: close", "Connection: x, Close", "connection: keep-alive, close"})
  void nothingBehindARequestThatAsksToCloseRuns(String field) throws Exception {
    assertLast(ScriptedGateway.request("GET /first HTTP/1.1", field));
  }

  @Test
  void nothingBehindAnHttp10RequestRunsUnlessItAsksForMore() throws Exception {
    assertLast("GET /first HTTP/1.0\r\n\r\n");
    List<Reply> replies =
        gateway.replies(
            "GET /first HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + ScriptedGateway.SECOND);
    assertThat(replies).extracting(Reply::body).containsExactly("ok", "ok");
    assertThat(replies.get(0).header("Connection")).isEqualToIgnoringCase("keep-alive");
  }

  private void assertLast(String request) throws Exception {
    for (int i = 0; i < REPETITIONS; i++) {
      List<Reply> replies = gateway.replies(request + ScriptedGateway.SECOND);
      assertThat(replies).hasSize(1);
      assertThat(replies.get(0).status()).isEqualTo(200);
      assertThat(replies.get(0).saysClose()).isTrue();
    }
    gateway.awaitQuiet();
    assertThat(gateway.upstream().lines()).hasSize(REPETITIONS).containsOnly("GET /first HTTP/1.1");
    gateway.upstream().reset();
  }

  /** Its body may be read or not, but it never is a request. */
  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "GET"})
  void whatIsBehindAHealthCheckRunsOnlyIfItsConnectionIsKept(String method) throws Exception {
    String hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";
    for (int i = 0; i < REPETITIONS; i++) {
      gateway.upstream().reset();
      List<Reply> replies =
          gateway.replies(
              ScriptedGateway.request(
                      method + " /application/health HTTP/1.1",
                      "Content-Length: " + hidden.length())
                  + hidden
                  + ScriptedGateway.SECOND);
      assertThat(replies.get(0).status()).isEqualTo(200);
      assertThat(replies.get(0).body()).isEqualTo("OK");
      int others = replies.get(0).saysClose() ? 0 : 1;
      assertThat(replies).hasSize(1 + others);
      gateway.awaitQuiet();
      assertThat(gateway.upstream().lines())
          .hasSize(others)
          .allMatch("GET /second HTTP/1.1"::equals);
    }
  }

  @Test
  void aHealthCheckWhoseBodyIsStillToComeEndsTheConnection() throws Exception {
    try (RawSocket client = gateway.client()) {
      client.send(
          ScriptedGateway.request("POST /application/health HTTP/1.1", "Content-Length: 100"));
      Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.saysClose()).isTrue();
      assertThat(client.reply()).isNull();
    }
  }

  @Test
  void theConnectionEndsSoonThoughTheClientKeepsItOpen() throws Exception {
    long start = System.nanoTime();
    assertThat(gateway.replies(TWO_HOSTS)).hasSize(1);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
  }

  /** A RST right behind the answer would take it from a client that still sends. */
  @Test
  void aClientThatSendsMuchBehindARefusedRequestStillReadsTheAnswer() throws Exception {
    String much = ScriptedGateway.request("POST / HTTP/1.1", "Transfer-Encoding: gzip");
    byte[] more = new byte[256 * 1024];
    for (int i = 0; i < REPETITIONS; i++) {
      try (RawSocket client = gateway.client()) {
        client.send(much).send(more);
        Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(501);
        assertThat(reply.whole()).isTrue();
      }
    }
    gateway.assertNothingReachedUpstream();
  }

  @Test
  void aClientThatNeverStopsSendingIsCutOff() throws Exception {
    try (RawSocket client = gateway.client()) {
      client.send(TWO_HOSTS);
      byte[] more = new byte[4 * 1024];
      long start = System.nanoTime();
      assertThatThrownBy(
              () -> {
                while (Duration.ofNanos(System.nanoTime() - start).compareTo(SOON) < 0) {
                  client.send(more);
                }
              })
          .isInstanceOf(IOException.class);
    }
    gateway.assertNothingReachedUpstream();
  }

  @Test
  void refusedConnectionsAreNotKept() throws Exception {
    double before = gateway.metric("gateway_client_connections");
    for (int i = 0; i < 20; i++) {
      gateway.replies(TWO_HOSTS);
    }
    await().until(() -> gateway.metric("gateway_client_connections") <= before);
  }
}
