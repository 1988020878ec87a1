package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static io.canarygateway.proxy.WebSocketHttp2Test.accept;
import static io.canarygateway.proxy.WebSocketHttp2Test.connect;
import static io.canarygateway.proxy.WebSocketHttp2Test.switched;
import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.TestAuthority;
import io.canarygateway.fixtures.UpstreamLink;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** WebSockets that carry much, or end on one side, over HTTP/2 and over HTTP/1.1 with TLS. */
@Tag("external")
class WebSocketFlowTest {

  private static final int LARGE = 3_000_000;

  private static final String ASK =
      request(
          "GET /chat HTTP/1.1",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

  @TempDir static Path directory;

  private static TestAuthority authority;

  @RegisterExtension
  static final ScriptedGateway plain =
      ProxyFixture.scripted(
          config -> config.put("router-server", new JsonObject().put("h2c", true)));

  @RegisterExtension
  static final ScriptedGateway tls =
      ProxyFixture.scripted(config -> TlsFixture.with(config, TlsFixture.pair(certificate())));

  private static TestAuthority.Pair certificate() {
    try {
      authority = TestAuthority.create(directory);
      return authority.issue("main", "DNS:localhost,IP:127.0.0.1", 60);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void readAll(UpstreamLink link) throws IOException {
    for (int i = 0; i < LARGE; i++) {
      link.read();
    }
  }

  private static Http2Socket open() throws Exception {
    Http2Socket client = new Http2Socket(ClientWay.H2C.connect(plain.port(), authority));
    client.headers(1, 0, connect("websocket"));
    assertThat(client.decode(client.next(1)).status()).hasToString("200");
    return client;
  }

  @Test
  void muchFromAClientOfHttp2ArrivesAsTheWindowsAllow() throws Exception {
    plain
        .upstream()
        .script(
            (request, link) -> {
              link.send(switched(accept(request)));
              readAll(link);
              link.send("all").close();
            });
    try (Http2Socket client = open()) {
      client.dataInWindow(1, LARGE);
      assertThat(client.answer(1).body()).isEqualTo("all");
    }
  }

  @Test
  void muchFromTheUpstreamReachesAClientOfHttp2AsItsWindowsAllow() throws Exception {
    plain
        .upstream()
        .script(
            (request, link) ->
                link.send(switched(accept(request))).send("x".repeat(LARGE)).close());
    try (Http2Socket client = open()) {
      int got = 0;
      boolean ended = false;
      while (!ended) {
        Http2Socket.Frame frame = client.next(1);
        got += frame.payload().length;
        ended = frame.ends();
        client.window(0, Math.max(1, frame.payload().length));
        client.window(1, Math.max(1, frame.payload().length));
      }
      assertThat(got).isEqualTo(LARGE);
    }
  }

  private static Socket openTls(String behindTheHead) throws Exception {
    Socket client = ClientWay.HTTP1_TLS.connect(tls.port(), authority);
    client.getOutputStream().write((ASK + behindTheHead).getBytes(StandardCharsets.ISO_8859_1));
    return client;
  }

  private static void readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    assertThat(head.toString()).startsWith("HTTP/1.1 101 ");
  }

  @Test
  void bytesBehindAHeadThatCameByTlsReachTheTunnel() throws Exception {
    tls.upstream()
        .script(
            (request, link) -> {
              link.send(switched(accept(request)) + "<");
              for (int i = 0; i < "early".length(); i++) {
                link.send(String.valueOf((char) link.read()));
              }
              link.send(">").close();
            });
    try (Socket client = openTls("early")) {
      readHead(client.getInputStream());
      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo("<early>");
    }
  }

  /** Reading to the end would throw if TLS had not said goodbye. */
  @Test
  void allThatTheUpstreamSentBeforeItClosedArrivesByTls() throws Exception {
    tls.upstream()
        .script(
            (request, link) ->
                link.send(switched(accept(request))).send("x".repeat(LARGE)).close());
    try (Socket client = openTls("")) {
      readHead(client.getInputStream());
      assertThat(client.getInputStream().readAllBytes()).hasSize(LARGE);
    }
  }

  @Test
  void allThatTheClientSentBeforeItEndedItsSideOfTlsArrives() throws Exception {
    CompletableFuture<Integer> end = new CompletableFuture<>();
    tls.upstream()
        .script(
            (request, link) -> {
              link.send(switched(accept(request)));
              readAll(link);
              end.complete(link.read());
              link.close();
            });
    try (Socket client = openTls("")) {
      readHead(client.getInputStream());
      client.getOutputStream().write(new byte[LARGE]);
      client.shutdownOutput();
      assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo(-1);
    }
  }
}
