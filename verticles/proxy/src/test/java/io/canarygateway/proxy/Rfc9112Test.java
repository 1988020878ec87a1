package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requirements of RFC 9112 (HTTP/1.1) on an intermediary that no test of another subject covers;
 * {@code verticles/proxy/CONFORMANCE.md} lists them all.
 */
class Rfc9112Test {

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  /** 2.3: an intermediary sends its own version. */
  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
  void anUpstreamGetsHttp11WhateverItsClientSpeaks(String version) throws Exception {
    assertThat(gateway.ask("GET / " + version + "\r\nHost: x\r\n\r\n").status()).isEqualTo(200);
    assertThat(gateway.upstream().only().line()).isEqualTo("GET / HTTP/1.1");
    assertThat(gateway.upstream().only().headers("Host")).hasSize(1);
  }

  /** 2.3: so it does to clients of newer and older upstreams. */
  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
  void aClientGetsHttp11WhateverItsUpstreamSpeaks(String version) throws Exception {
    gateway.upstream().answer(ScriptedUpstream.OK.replace("HTTP/1.1", version));
    assertThat(gateway.get("/").head().line()).startsWith("HTTP/1.1 200 ");
  }

  /** 6.1: no Transfer-Encoding in an answer that has no content. */
  @ParameterizedTest
  @ValueSource(strings = {"103 Early Hints", "204 No Content"})
  void answersWithoutContentSayNoTransferEncoding(String status) throws Exception {
    gateway
        .upstream()
        .script(
            (request, link) ->
                link.readBody()
                    .send("HTTP/1.1 " + status + "\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .close());
    Reply reply = gateway.get("/");
    assertThat(reply.status() == 502 || reply.header("Transfer-Encoding") == null).isTrue();
  }

  /** 6.2 and 7.1: sizes beyond 32 bits are sizes. */
  @ParameterizedTest
  @ValueSource(strings = {"100000000", "fffffffffffffff"})
  void chunksMayBeLargerThan32Bits(String size) throws Exception {
    try (RawSocket client = gateway.client()) {
      client.send(
          ScriptedGateway.request("POST / HTTP/1.1", "Transfer-Encoding: chunked")
              + size
              + "\r\nbegin");
      await().until(() -> gateway.upstream().received().size() == 1);
      await().until(() -> gateway.upstream().only().body().equals("begin"));
    }
  }

  /** 6.2 and 7.1, of answers. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4294967301\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n100000005\r\nhello"
      })
  void answersMayBeLargerThan32Bits(String rest) throws Exception {
    gateway
        .upstream()
        .script((request, link) -> link.send("HTTP/1.1 200 OK\r\n" + rest).awaitClosed());
    try (RawSocket client = gateway.client()) {
      client.send(ScriptedGateway.request("GET / HTTP/1.1"));
      assertThat(client.readUntil("hello")).startsWith("HTTP/1.1 200 OK");
    }
  }

  /** 8: a request that is cut short is not passed on as a whole one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 10\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
      })
  void aRequestCutShortNeverLooksComplete(String rest) throws Exception {
    for (boolean reset : new boolean[] {false, true}) {
      gateway.upstream().reset();
      gateway.upstream().closeConnections();
      await().until(() -> gateway.metric("gateway_upstream_connections") == 0);
      try (RawSocket client = gateway.client()) {
        client.send("POST / HTTP/1.1\r\nHost: x\r\n" + rest);
        await().until(() -> gateway.upstream().received().size() == 1);
        await().until(() -> gateway.upstream().only().body().equals("hello"));
        if (reset) {
          client.abort();
        }
      }
      gateway.awaitQuiet();
      await().until(() -> gateway.upstream().open() == 0);
      assertThat(gateway.upstream().only().complete()).isFalse();
    }
  }

  /** 9.6: who receives {@code close} says it in the final answer. */
  @Test
  void anAnswerToOneThatClosesSaysClose() throws Exception {
    assertThat(gateway.get("/", "Connection: close").saysClose()).isTrue();
    assertThat(gateway.get("/").saysClose()).isFalse();
  }

  /** 9.3: an HTTP/1.1 connection is kept unless somebody says otherwise. */
  @Test
  void aClientsConnectionIsKept() throws Exception {
    try (RawSocket client = gateway.client()) {
      for (int i = 0; i < 100; i++) {
        client.send(ScriptedGateway.request("GET /" + i + " HTTP/1.1"));
        assertThat(client.reply().body()).isEqualTo("ok");
      }
    }
    assertThat(gateway.upstream().received()).hasSize(100);
  }
}
