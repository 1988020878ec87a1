package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunked request bodies: read strictly, passed on in chunks of the gateway's own. */
class RequestChunksTest {

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  /** What was cancelled may be read late. */
  @AfterEach
  void awaitUpstream() throws Exception {
    ProxyFixture.awaitUpstream(gateway);
  }

  private static String chunked(String body) {
    return ScriptedGateway.request("POST /first HTTP/1.1", "Transfer-Encoding: chunked") + body;
  }

  private static void assertPasses(String body, String decoded) throws Exception {
    List<Reply> replies = gateway.replies(chunked(body) + ScriptedGateway.SECOND);
    assertThat(replies).extracting(Reply::body).containsExactly("ok", "ok");
    assertThat(gateway.upstream().lines())
        .containsExactly("POST /first HTTP/1.1", "GET /second HTTP/1.1");
    assertThat(gateway.upstream().received().get(0).body()).isEqualTo(decoded);
    assertThat(gateway.upstream().faults()).isEmpty();
  }

  private static void assertMalformed(String body) throws Exception {
    List<Reply> replies = gateway.replies(chunked(body) + ScriptedGateway.SECOND);
    assertThat(replies).hasSize(1);
    assertThat(replies.get(0).status()).isEqualTo(400);
    assertThat(replies.get(0).saysClose()).isTrue();
    gateway.awaitQuiet();
    assertThat(gateway.upstream().received()).noneMatch(ReceivedRequest::complete);
    assertThat(gateway.upstream().lines()).doesNotContain("GET /second HTTP/1.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello\r\n0\n\r\n",
        "5\r\nhello\r\n0\r\n\n",
        "5\rhello\r\n0\r\n\r\n",
        "5\r\nhelloX\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "4\r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5g\r\nhello\r\n0\r\n\r\n",
        "5_0\r\nhello\r\n0\r\n\r\n",
        "5 5\r\nhello\r\n0\r\n\r\n",
        "5\u0000\r\nhello\r\n0\r\n\r\n",
        "\u00b2\r\nhello\r\n0\r\n\r\n",
        "0000000000000005\r\nhello\r\n0\r\n\r\n",
        "fffffffffffffffff5\r\nhello\r\n0\r\n\r\n",
        "8000000000000005\r\nhello\r\n0\r\n\r\n",
        ";a\r\nhello\r\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5;a\rb\r\nhello\r\n0\r\n\r\n",
        "5;a\u0000\r\nhello\r\n0\r\n\r\n",
        "0;a\nGET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
      })
  void whatIsNoChunkIsRefused(String body) throws Exception {
    assertMalformed(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bad header\r\n",
        "X Y: z\r\n",
        ": z\r\n",
        "X: a\u0000b\r\n",
        "X: a\rb\r\n",
        "X: a\nY: b\r\n",
        "X: a\r\n folded\r\n"
      })
  void malformedTrailersAreRefused(String trailers) throws Exception {
    assertMalformed("5\r\nhello\r\n0\r\n" + trailers + "\r\n");
  }

  @Test
  void chunkExtensionsAreDropped() throws Exception {
    assertPasses("5;a=b;c=\"d;e\"\r\nhello\r\n1;x\r\n!\r\n0;last\r\n\r\n", "hello!");
  }

  @Test
  void chunkExtensionsWithoutEndAreRefused() throws Exception {
    try (RawSocket client = gateway.client()) {
      client.send(chunked("5;" + "a".repeat(100_000)));
      Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.saysClose()).isTrue();
    }
  }

  @Test
  void trailersWithoutEndAreRefused() throws Exception {
    try (RawSocket client = gateway.client()) {
      client.send(chunked("0\r\n" + "X: y\r\n".repeat(20_000)));
      Reply reply = client.reply();
      assertThat(reply.status()).isIn(400, 431);
      assertThat(reply.saysClose()).isTrue();
    }
  }

  @Test
  void trailersAreDropped() throws Exception {
    assertPasses(
        "5\r\nhello\r\n0\r\nX-Trailer: a\r\nContent-Length: 3\r\nHost: evil\r\n"
            + "Transfer-Encoding: chunked\r\nX-Canary: true\r\n\r\n",
        "hello");
  }

  @Test
  void zerosAndCapitalsAreDigitsOfASize() throws Exception {
    assertPasses("00A\r\n0123456789\r\n0b\r\n0123456789a\r\n000\r\n\r\n", "01234567890123456789a");
  }

  @Test
  void manySmallChunksPass() throws Exception {
    assertPasses("1\r\nx\r\n".repeat(20_000) + "0\r\n\r\n", "x".repeat(20_000));
  }

  @Test
  void aMalformedChunkCutsTheUpstreamOff() throws Exception {
    gateway.upstream().closeConnections();
    await().until(() -> gateway.metric("gateway_upstream_connections") == 0);
    try (RawSocket client = gateway.client()) {
      client.send(chunked("5\r\nhello\r\n"));
      await().until(() -> gateway.upstream().received().size() == 1);
      await().until(() -> gateway.upstream().only().body().equals("hello"));
      client.send("zz\r\n");
      assertThat(client.reply().status()).isEqualTo(400);
    }
    gateway.awaitQuiet();
    assertThat(gateway.upstream().only().complete()).isFalse();
    await().until(() -> gateway.upstream().open() == 0);
  }

  @Test
  void aMalformedChunkBehindTheBeginningOfAnAnswerEndsTheConnection() throws Exception {
    gateway
        .upstream()
        .script(
            (request, link) -> {
              link.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin");
              link.readBody();
            });
    try (RawSocket client = gateway.client()) {
      client.send(chunked("5\r\nhello\r\n"));
      client.readUntil("begin");
      client.send("zz\r\n");
      assertThat(client.readAll()).isEmpty();
    }
  }
}
