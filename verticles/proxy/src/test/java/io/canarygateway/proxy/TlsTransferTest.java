package io.canarygateway.proxy;

import static io.canarygateway.proxy.TlsFixture.pair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawUpstream;
import io.canarygateway.fixtures.TestAuthority;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections of TLS carry bytes, and how they end. */
@Tag("external")
class TlsTransferTest {

  private static final String LAST =
      "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  @TempDir static Path directory;

  private static TestAuthority.Pair main;
  private static SSLContext trust;

  @RegisterExtension final FreshProxy gateway = new FreshProxy();

  @BeforeAll
  static void makeCertificates() throws Exception {
    TestAuthority authority = TestAuthority.create(directory);
    main = authority.issue("main", "DNS:localhost,IP:127.0.0.1", 60);
    trust = authority.context();
  }

  private void start(JsonObject config) throws Exception {
    gateway.start(TlsFixture.with(config, pair(main)));
  }

  /** TLS of a version above a socket. */
  private SSLSocket above(Socket tcp, String version) throws IOException {
    SSLSocket socket =
        (SSLSocket) trust.getSocketFactory().createSocket(tcp, "localhost", tcp.getPort(), true);
    socket.setEnabledProtocols(new String[] {version});
    socket.setSoTimeout(30_000);
    socket.startHandshake();
    return socket;
  }

  private SSLSocket connect(String version) throws IOException {
    return above(new Socket(InetAddress.getLoopbackAddress(), gateway.port()), version);
  }

  private static void send(SSLSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String readAll(SSLSocket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** As with nginx: a client that says goodbye does not wait for an answer. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aClientThatSaysGoodbyeIsAnsweredByGoodbye(String version) throws Exception {
    start(gateway.upstreams.withoutSidecar());
    gateway.upstreams.main.answer(request -> {}); // Never.
    try (SSLSocket socket = connect(version)) {
      send(socket, LAST);
      await().until(() -> gateway.metric("gateway_requests_in_flight") == 1);
      socket.shutdownOutput();
      assertThat(readAll(socket)).isEmpty(); // Without a goodbye, reading would throw.
    }
    await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void anAnswerThatIsCutShortDoesNotLookComplete(String version) throws Exception {
    try (RawUpstream upstream =
        new RawUpstream("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf.\r\n")) {
      start(
          gateway
              .upstreams
              .withoutSidecar()
              .put("main-target", upstream.url())
              .put("canary-target", upstream.url()));
      try (SSLSocket socket = connect(version)) {
        // To HTTP/1.0 the end of the connection is the end of the body.
        send(socket, "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n");
        assertThatThrownBy(() -> readAll(socket)).isInstanceOf(IOException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aResetLeavesNothingBehind(String version) throws Exception {
    start(gateway.upstreams.withoutSidecar());
    Socket tcp = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    SSLSocket socket = above(tcp, version);
    send(socket, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf.");
    await().until(() -> gateway.metric("gateway_requests_in_flight") == 1);
    tcp.setSoLinger(true, 0);
    tcp.close();
    await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
    await().until(() -> gateway.metric("gateway_client_connections") == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void bytesBehindAnUpgradeReachTheTunnel(String version) throws Exception {
    gateway.upstreams.main.raw(
        request -> {
          request.response().putHeader("Upgrade", "foo").putHeader("Connection", "Upgrade");
          request
              .toNetSocket()
              .onSuccess(
                  socket ->
                      socket.handler(
                          chunk ->
                              socket.write(
                                  Buffer.buffer("<").appendBuffer(chunk).appendString(">"))));
        });
    start(gateway.upstreams.withoutSidecar());
    try (SSLSocket socket = connect(version)) {
      send(socket, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\nearly");
      StringBuilder got = new StringBuilder();
      while (got.indexOf("<early>") < 0) {
        int each = socket.getInputStream().read();
        assertThat(each).isNotNegative();
        got.append((char) each);
      }
      assertThat(got).startsWith("HTTP/1.1 101 ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void largeBodiesPassBothWays(String version) throws Exception {
    start(gateway.upstreams.withoutSidecar());
    String body = "0123456789abcdef".repeat(64 * 1024);
    gateway.upstreams.main.answer(request -> request.response().end(body));
    try (SSLSocket socket = connect(version)) {
      send(
          socket,
          "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      assertThat(readAll(socket)).startsWith("HTTP/1.1 200 ").endsWith(body);
    }
    assertThat(gateway.upstreams.main.seen.get(0).body()).isEqualTo(body);
  }

  @Test
  void handshakesThatDoNotEndCountAsConnections() throws Exception {
    JsonObject config = TlsFixture.with(gateway.upstreams.withoutSidecar(), pair(main));
    config.getJsonObject("router-server").put("max-connections", 4);
    gateway.start(config);
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Socket tcp = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        tcp.getOutputStream().write(new byte[] {0x16, 3, 1}); // A record begins.
        slow.add(tcp);
      }
      await().until(() -> gateway.metric("gateway_client_connections") <= 4);
      try (SSLSocket socket = connect("TLSv1.3")) {
        send(socket, LAST);
        assertThat(readAll(socket)).startsWith("HTTP/1.1 200 ");
      }
    } finally {
      for (Socket each : slow) {
        each.close();
      }
    }
  }

  @Test
  void aClientMayNotRenegotiate() throws Exception {
    start(gateway.upstreams.withoutSidecar());
    try (SSLSocket socket = connect("TLSv1.2")) {
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                send(socket, LAST);
                readAll(socket);
              })
          .isInstanceOf(IOException.class);
    }
    assertThat(gateway.upstreams.main.seen).isEmpty();
  }

  @Test
  void aClientWhoseAlpnHasNoProtocolOfOursIsRefused() throws Exception {
    start(gateway.upstreams.withoutSidecar());
    try (SSLSocket socket =
        (SSLSocket)
            trust
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), gateway.port())) {
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"imap", "ftp"});
      socket.setSSLParameters(parameters);
      assertThatThrownBy(socket::startHandshake).hasMessageContaining("no_application_protocol");
    }
    await()
        .untilAsserted(
            () ->
                assertThat(gateway.metrics()).contains("gateway_tls_handshake_failures_total 1.0"));
  }
}
