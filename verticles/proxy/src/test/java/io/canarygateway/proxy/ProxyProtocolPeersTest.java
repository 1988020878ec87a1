package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.PeerProcess;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.TestAuthority;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HAProxy in front, which passes TCP on and names its clients. */
@Tag("external")
class ProxyProtocolPeersTest {

  /** Another address of the loopback network than that from which HAProxy connects. */
  private static final String CLIENT = "127.0.0.5";

  @TempDir static Path directory;

  private static TestAuthority authority;
  private static TestAuthority.Pair pair;

  @RegisterExtension
  static final ScriptedGateway plain = ProxyFixture.scripted(config -> settings(config, false));

  @RegisterExtension
  static final ScriptedGateway tls = ProxyFixture.scripted(config -> settings(config, true));

  private static JsonObject settings(JsonObject config, boolean withTls) {
    JsonObject server = new JsonObject().put("proxy-protocol", true).put("h2c", true);
    if (withTls) {
      server.put("tls", TlsFixture.pair(certificates()));
    }
    return config
        .put("router-server", server)
        .put("trusted-proxies", new JsonArray().add("127.0.0.1"));
  }

  private static TestAuthority.Pair certificates() {
    try {
      if (authority == null) {
        authority = TestAuthority.create(directory.resolve("tls"));
        pair = authority.issue("main", "DNS:localhost,IP:127.0.0.1", 60);
      }
      return pair;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Socket connect(int port) throws Exception {
    Socket socket =
        new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(CLIENT), 0);
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void http1(Socket socket) throws Exception {
    try (socket) {
      String request =
          ScriptedGateway.request(
              "GET / HTTP/1.1", "X-Forwarded-For: 1.2.3.4", "Connection: close");
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200");
    }
  }

  private static void http2(Socket socket) throws Exception {
    try (Http2Socket client = new Http2Socket(socket)) {
      for (int stream = 1; stream <= 5; stream += 2) {
        Http2Socket.Answer answer =
            client.ask(stream, Http2Socket.get("http", "/", "x-forwarded-for", "1.2.3.4"));
        assertThat(answer.status()).isEqualTo("200");
      }
    }
  }

  private static void assertClientSeen(ScriptedGateway gateway, String scheme) {
    assertThat(gateway.upstream().received())
        .isNotEmpty()
        .allSatisfy(
            seen -> {
              assertThat(seen.headers("X-Forwarded-For")).containsExactly(CLIENT);
              assertThat(seen.headers("X-Forwarded-Proto")).containsExactly(scheme);
              assertThat(seen.headers("X-Forwarded-Host")).containsExactly("client.test");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "send-proxy, 1",
    "send-proxy, 2",
    "send-proxy-v2, 1",
    "send-proxy-v2, 2",
    "send-proxy-v2 proxy-v2-options crc32c, 1",
  })
  void plaintextHasHaproxysClient(String option, int version) throws Exception {
    try (PeerProcess haproxy = PeerProcess.haproxyOfTcp(directory, plain.port(), option)) {
      if (version == 1) {
        http1(connect(haproxy.port()));
      } else {
        http2(connect(haproxy.port()));
      }
    }
    assertClientSeen(plain, "http");
  }

  @ParameterizedTest
  @CsvSource({
    "send-proxy, http/1.1",
    "send-proxy, h2",
    "send-proxy-v2, http/1.1",
    "send-proxy-v2, h2"
  })
  void tlsHasHaproxysClient(String option, String protocol) throws Exception {
    try (PeerProcess haproxy = PeerProcess.haproxyOfTcp(directory, tls.port(), option)) {
      Socket secure = TlsFixture.over(connect(haproxy.port()), authority.context(), protocol);
      if (protocol.equals("h2")) {
        http2(secure);
      } else {
        http1(secure);
      }
    }
    assertClientSeen(tls, "https");
  }

  /** HAProxy's health checks are connections of its own: LOCAL in version 2. */
  @Test
  void healthChecksAreNoClients() throws Exception {
    String option = "send-proxy-v2 check check-send-proxy inter 50ms rise 1";
    try (PeerProcess haproxy = PeerProcess.haproxyOfTcp(directory, plain.port(), option)) {
      http1(connect(haproxy.port()));
      await().untilAsserted(() -> assertClientSeen(plain, "http"));
    }
    for (String reason : new String[] {"untrusted", "malformed", "timeout"}) {
      assertThat(plain.metric("gateway_proxy_protocol_refusals_total{reason=\"" + reason + "\"}"))
          .isZero();
    }
  }
}
