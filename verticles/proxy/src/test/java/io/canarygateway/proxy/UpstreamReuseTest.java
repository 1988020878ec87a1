package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a connection to an upstream is used again, and when a request is sent again. */
class UpstreamReuseTest {

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  /** Every test begins without a connection. */
  @BeforeEach
  @AfterEach
  void reset() throws Exception {
    gateway.awaitQuiet();
    gateway.upstream().closeConnections();
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> gateway.metric("gateway_upstream_connections") == 0);
  }

  private static List<Integer> connections() {
    return gateway.upstream().received().stream().map(ReceivedRequest::connection).toList();
  }

  /** All by one client, so that one event loop's pool is used. */
  private static void askThrice() throws Exception {
    try (RawSocket client = gateway.client()) {
      for (int i = 0; i < 3; i++) {
        client.send(ScriptedGateway.request("GET / HTTP/1.1"));
        assertThat(client.reply().body()).isEqualTo("ok");
      }
    }
    assertThat(gateway.upstream().received()).hasSize(3);
  }

  @Test
  void aConnectionIsKept() throws Exception {
    askThrice();
    assertThat(connections().stream().distinct()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection: close",
        "Connection: close, X-Foo",
        "Connection: X-Foo, close",
        "Connection: X-Foo,\tCLOSE ",
        "connection: keep-alive, close",
        "Connection: keep-alive\r\nConnection: close",
        "Connection: close\r\nConnection: keep-alive"
      })
  void anUpstreamThatSaysCloseGetsNoMore(String fields) throws Exception {
    gateway.upstream().answer("HTTP/1.1 200 OK\r\n" + fields + "\r\nContent-Length: 2\r\n\r\nok");
    askThrice();
    assertThat(connections()).doesNotHaveDuplicates();
    await().until(() -> gateway.upstream().open() == 0);
  }

  @ParameterizedTest
  @CsvSource({"HTTP/1.0, X: y, 3", "HTTP/1.0, Connection: keep-alive, 1", "HTTP/1.1, X: y, 1"})
  void http10KeepsAConnectionOnlyIfItSaysSo(String version, String field, int connections)
      throws Exception {
    gateway.upstream().answer(version + " 200 OK\r\n" + field + "\r\nContent-Length: 2\r\n\r\nok");
    askThrice();
    assertThat(connections().stream().distinct()).hasSize(connections);
  }

  @Test
  void aConnectionThatWasClosedWhileIdleIsReplaced() throws Exception {
    gateway.upstream().script((request, link) -> link.readBody().send(ScriptedUpstream.OK).close());
    askThrice();
    assertThat(connections()).doesNotHaveDuplicates();
  }

  /** Makes a connection that was used before, then answers by a script. */
  private static Reply onAUsedConnection(String request, ScriptedUpstream.Script script)
      throws Exception {
    try (RawSocket client = gateway.client()) {
      client.send(ScriptedGateway.request("GET /before HTTP/1.1")).reply();
      gateway.awaitQuiet();
      gateway.upstream().received().clear();
      AtomicInteger count = new AtomicInteger();
      gateway
          .upstream()
          .script(
              (seen, link) -> {
                if (count.incrementAndGet() == 1) {
                  script.serve(seen, link);
                } else {
                  link.readBody().send(ScriptedUpstream.OK);
                }
              });
      return client.send(request).reply(request.substring(0, request.indexOf(' ')));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
  void aSafeRequestIsSentAgainIfAUsedConnectionWasClosed(String method) throws Exception {
    for (ScriptedUpstream.Script ending :
        List.<ScriptedUpstream.Script>of((s, link) -> link.close(), (s, link) -> link.reset())) {
      gateway.upstream().reset();
      Reply reply = onAUsedConnection(ScriptedGateway.request(method + " / HTTP/1.1"), ending);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(gateway.upstream().received()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "FOO"})
  void anyOtherIsNot(String method) throws Exception {
    Reply reply =
        onAUsedConnection(
            ScriptedGateway.request(method + " / HTTP/1.1"), (seen, link) -> link.close());
    assertThat(reply.status()).isEqualTo(502);
    assertThat(gateway.upstream().received()).hasSize(1);
  }

  @Test
  void noneWithABodyIs() throws Exception {
    Reply reply =
        onAUsedConnection(
            ScriptedGateway.request("GET / HTTP/1.1", "Content-Length: 2") + "ab",
            (seen, link) -> link.readBody().close());
    assertThat(reply.status()).isEqualTo(502);
    assertThat(gateway.upstream().received()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "H",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 103 Early Hints\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n"
      })
  void noneIsOfWhoseAnswerAByteCame(String begun) throws Exception {
    Reply reply =
        onAUsedConnection(
            ScriptedGateway.request("GET / HTTP/1.1"), (seen, link) -> link.send(begun).close());
    assertThat(reply.status()).isIn(103, 502);
    gateway.awaitQuiet();
    assertThat(gateway.upstream().received()).hasSize(1);
  }

  @Test
  void noneIsOnAFreshConnection() throws Exception {
    gateway.upstream().script((request, link) -> link.close());
    assertThat(gateway.get("/").status()).isEqualTo(502);
    assertThat(gateway.upstream().received()).hasSize(1);
  }

  @Test
  void aRequestIsSentAgainOnceAtMost() throws Exception {
    CountDownLatch begun = new CountDownLatch(8);
    gateway
        .upstream()
        .script(
            (request, link) -> {
              begun.countDown();
              await().until(() -> begun.getCount() == 0);
              link.readBody().send(ScriptedUpstream.OK);
            });
    List<RawSocket> clients = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      clients.add(gateway.client().send(ScriptedGateway.request("GET /before HTTP/1.1")));
    }
    for (RawSocket client : clients) {
      client.reply();
    }
    gateway.awaitQuiet();
    gateway.upstream().received().clear();
    gateway.upstream().script((request, link) -> link.close());
    assertThat(clients.get(0).send(ScriptedGateway.request("GET / HTTP/1.1")).reply().status())
        .isEqualTo(502);
    assertThat(gateway.upstream().received()).hasSizeBetween(1, 2);
    for (RawSocket client : clients) {
      client.close();
    }
  }
}
