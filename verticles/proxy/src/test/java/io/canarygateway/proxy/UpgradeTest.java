package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.UpstreamLink;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that ask for another protocol, and the tunnels that come of them. */
class UpgradeTest {

  private static final String[] ASKS = {"Connection: Upgrade", "Upgrade: foo"};
  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n";
  private static final int WAIT_SECONDS = 30;

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  private static void echo(int bytes, UpstreamLink link) throws IOException {
    StringBuilder got = new StringBuilder("<");
    for (int i = 0; i < bytes; i++) {
      got.append((char) link.read());
    }
    link.send(got.append('>').toString()).close();
  }

  @Test
  void bytesRightBehindTheRequestReachTheTunnel() throws Exception {
    gateway
        .upstream()
        .script(
            (request, link) -> {
              link.send(SWITCH);
              echo(5, link);
            });
    for (int i = 0; i < 10; i++) {
      try (RawSocket client = gateway.client()) {
        client.send(ScriptedGateway.request("GET / HTTP/1.1", ASKS) + "early");
        assertThat(client.reply().status()).isEqualTo(101);
        assertThat(client.readAll()).isEqualTo("<early>");
      }
    }
    assertThat(gateway.upstream().received()).hasSize(10);
  }

  @Test
  void bytesRightBehindTheBodyOfTheRequestReachTheTunnel() throws Exception {
    gateway
        .upstream()
        .script(
            (request, link) -> {
              link.readBody().send(SWITCH);
              echo(5, link);
            });
    try (RawSocket client = gateway.client()) {
      client.send(
          ScriptedGateway.request(
                  "POST / HTTP/1.1", "Connection: Upgrade", "Upgrade: foo", "Content-Length: 4")
              + "bodyearly");
      assertThat(client.reply().status()).isEqualTo(101);
      assertThat(client.readAll()).isEqualTo("<early>");
    }
    assertThat(gateway.upstream().only().body()).isEqualTo("body");
  }

  @Test
  void bytesRightBehindTheSwitchReachTheClient() throws Exception {
    gateway.upstream().script((request, link) -> link.send(SWITCH + "HTTP/1.1 welcome").close());
    try (RawSocket client = gateway.client()) {
      client.send(ScriptedGateway.request("GET / HTTP/1.1", ASKS));
      Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(101);
      assertThat(reply.header("Upgrade")).isEqualTo("foo");
      assertThat(reply.header("Connection")).isEqualToIgnoringCase("upgrade");
      assertThat(client.readAll()).isEqualTo("HTTP/1.1 welcome");
    }
    assertThat(gateway.upstream().only().header("Upgrade")).isEqualTo("foo");
    assertThat(gateway.upstream().only().header("Connection")).isEqualToIgnoringCase("upgrade");
  }

  @Test
  void bytesBehindAnUpgradeThatIsRefusedAreTheNextRequest() throws Exception {
    List<Reply> replies =
        gateway.replies(
            ScriptedGateway.request("GET /first HTTP/1.1", ASKS) + ScriptedGateway.SECOND);
    assertThat(replies).extracting(Reply::body).containsExactly("ok", "ok");
    assertThat(gateway.upstream().lines())
        .containsExactly("GET /first HTTP/1.1", "GET /second HTTP/1.1");
  }

  @Test
  void anUpgradeOfHttp10IsIgnored() throws Exception {
    assertThat(gateway.replies(ScriptedGateway.request("GET / HTTP/1.0", ASKS)))
        .extracting(Reply::body)
        .containsExactly("ok");
    assertThat(gateway.upstream().only().head().names()).doesNotContain("upgrade", "connection");
  }

  @Test
  void aSwitchIn10IsNoTunnel() throws Exception {
    gateway.upstream().script((request, link) -> link.send(SWITCH).awaitClosed());
    assertThat(gateway.replies(ScriptedGateway.request("GET / HTTP/1.0", ASKS)))
        .extracting(Reply::status)
        .containsExactly(502);
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2c", "H2C", "h2c, HTTP/2.0"})
  void h2cIsNeverPassedOn(String protocols) throws Exception {
    assertThat(
            gateway
                .get(
                    "/",
                    "Connection: Upgrade, HTTP2-Settings",
                    "Upgrade: " + protocols,
                    "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA")
                .body())
        .isEqualTo("ok");
    assertThat(String.join(",", gateway.upstream().only().headers("Upgrade")))
        .doesNotContainIgnoringCase("h2c");
    assertThat(gateway.upstream().only().head().names()).doesNotContain("http2-settings");
  }

  @Test
  void anUpgradeThatConnectionDoesNotNameIsDropped() throws Exception {
    assertThat(gateway.get("/", "Upgrade: foo").body()).isEqualTo("ok");
    assertThat(gateway.upstream().only().head().names()).doesNotContain("upgrade", "connection");
  }

  @ParameterizedTest
  @CsvSource({"foo, true", "bar, false", "FOO, true", "'', false"})
  void theSwitchHasToBeOneThatWasAskedFor(String protocol, boolean accepted) throws Exception {
    gateway
        .upstream()
        .script((request, link) -> link.send(SWITCH.replace("foo", protocol) + "hello").close());
    assertThat(gateway.get("/", ASKS).status()).isEqualTo(accepted ? 101 : 502);
  }

  @Test
  void aTunnelEndsForTheUpstreamWhenTheClientCloses() throws Exception {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    gateway
        .upstream()
        .script(
            (request, link) -> {
              link.send(SWITCH).awaitClosed();
              closed.complete(null);
              link.close();
            });
    try (RawSocket client = gateway.client()) {
      client.send(ScriptedGateway.request("GET / HTTP/1.1", ASKS));
      assertThat(client.reply().status()).isEqualTo(101);
    }
    closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void aTunnelEndsForTheClientWhenTheUpstreamResets() throws Exception {
    CompletableFuture<Void> switched = new CompletableFuture<>();
    gateway
        .upstream()
        .script(
            (request, link) -> {
              link.send(SWITCH);
              switched.join();
              link.reset();
            });
    try (RawSocket client = gateway.client()) {
      client.send(ScriptedGateway.request("GET / HTTP/1.1", ASKS));
      assertThat(client.reply().status()).isEqualTo(101);
      switched.complete(null);
      assertThat(client.readAll()).isEmpty();
    }
  }

  /** The reset may come before the switch was read, and even take it away. */
  @RepeatedTest(20)
  void aTunnelThatEndsWhileItBeginsLeavesNobodyWaiting() throws Exception {
    gateway.upstream().script((request, link) -> link.send(SWITCH).reset());
    try (RawSocket client = gateway.client()) {
      client.send(ScriptedGateway.request("GET / HTTP/1.1", ASKS));
      Reply reply = client.reply();
      if (reply != null && reply.status() == 101) {
        assertThat(client.readAll()).isEmpty();
      } else if (reply != null) {
        assertThat(reply.status()).isEqualTo(502);
      }
    }
  }
}
