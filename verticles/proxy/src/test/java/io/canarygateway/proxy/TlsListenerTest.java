package io.canarygateway.proxy;

import static io.canarygateway.proxy.TlsFixture.connect;
import static io.canarygateway.proxy.TlsFixture.exchange;
import static io.canarygateway.proxy.TlsFixture.get;
import static io.canarygateway.proxy.TlsFixture.pair;
import static io.canarygateway.proxy.TlsFixture.subject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.TestAuthority;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("external")
class TlsListenerTest {

  @TempDir static Path directory;

  private static TestAuthority authority;
  private static TestAuthority.Pair main;
  private static TestAuthority.Pair shop;
  private static TestAuthority.Pair wild;

  @RegisterExtension final FreshProxy gateway = new FreshProxy();

  @BeforeAll
  static void makeCertificates() throws Exception {
    authority = TestAuthority.create(directory);
    main = authority.issue("main", "DNS:localhost,IP:127.0.0.1", 60);
    shop = authority.issue("shop", "DNS:shop.example", 60);
    wild = authority.issue("wild", "DNS:*.example.org", 60);
  }

  private void start(JsonObject tls) throws Exception {
    gateway.start(TlsFixture.with(gateway.upstreams.withoutSidecar(), tls));
  }

  @ParameterizedTest
  @CsvSource({"HTTP_1_1, HTTP_1_1", "HTTP_2, HTTP_2"})
  void aClientChoosesTheProtocolByAlpn(HttpClient.Version offered, HttpClient.Version spoken)
      throws Exception {
    start(pair(main));
    HttpResponse<String> answer =
        get(TlsFixture.client(authority.context(), offered), gateway.port(), "/a");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.version()).isEqualTo(spoken);
    assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
  }

  @Test
  void withoutHttp2AClientGetsHttp1() throws Exception {
    JsonObject config = TlsFixture.with(gateway.upstreams.withoutSidecar(), pair(main));
    config.getJsonObject("router-server").put("http2", false);
    gateway.start(config);
    HttpResponse<String> answer =
        get(
            TlsFixture.client(authority.context(), HttpClient.Version.HTTP_2),
            gateway.port(),
            "/a");
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
  }

  @ParameterizedTest
  @CsvSource({
    "'', main",
    "localhost, main",
    "shop.example, shop",
    "SHOP.example, shop",
    "a.shop.example, main",
    "a.example.org, wild",
    "a.b.example.org, main",
    "example.org, main",
    "other.test, main"
  })
  void theCertificateIsThatWhichBearsTheName(String asked, String shown) throws Exception {
    start(pair(main).put("certificates", new JsonArray().add(pair(shop)).add(pair(wild))));
    assertThat(subject(authority.context(), gateway.port(), asked)).isEqualTo(shown);
  }

  @Test
  void aKeystoreServesAsWell() throws Exception {
    start(
        new JsonObject()
            .put("keystore", main.store().toString())
            .put("keystore-password-file", authority.password().toString()));
    assertThat(subject(authority.context(), gateway.port(), "")).isEqualTo("main");
  }

  @ParameterizedTest
  @CsvSource({"1.2, TLSv1.2, true", "1.3, TLSv1.2, false", "1.3, TLSv1.3, true"})
  void theOldestVersionIsThatOfTheSettings(String least, String spoken, boolean served)
      throws Exception {
    start(pair(main).put("min-version", least));
    SSLContext tls = authority.context();
    try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", gateway.port()));
      socket.setEnabledProtocols(new String[] {spoken});
      if (served) {
        socket.startHandshake();
        assertThat(socket.getSession().getProtocol()).isEqualTo(spoken);
      } else {
        assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
      }
    }
  }

  @Test
  void upstreamsLearnTheSchemeOfTheConnection() throws Exception {
    start(pair(main));
    get(TlsFixture.client(authority.context(), HttpClient.Version.HTTP_2), gateway.port(), "/a");
    get(TlsFixture.client(authority.context(), HttpClient.Version.HTTP_1_1), gateway.port(), "/a");
    assertThat(gateway.upstreams.main.seen)
        .hasSize(2)
        .allSatisfy(
            request -> assertThat(request.headers().get("X-Forwarded-Proto")).isEqualTo("https"));
  }

  @Test
  void theLastResponseEndsWithGoodbye() throws Exception {
    start(pair(main));
    try (SSLSocket socket = connect(authority.context(), gateway.port(), "")) {
      assertThat(exchange(socket)).startsWith("HTTP/1.1 200 "); // Without, reading would throw.
    }
  }

  @Test
  void aPlaintextClientIsClosedAndCounted() throws Exception {
    start(pair(main));
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readAll()).doesNotContain("HTTP/1.1");
    } catch (SocketTimeoutException open) {
      throw open;
    } catch (IOException reset) {
      assertThat(reset).isNotNull(); // Closed, too.
    }
    await()
        .untilAsserted(
            () ->
                assertThat(gateway.metrics()).contains("gateway_tls_handshake_failures_total 1.0"));
    assertThat(subject(authority.context(), gateway.port(), "")).isEqualTo("main");
  }

  @Test
  void aClientThatSendsNothingIsClosedAfterTheReadTimeout() throws Exception {
    JsonObject config = TlsFixture.with(gateway.upstreams.withoutSidecar(), pair(main));
    config.getJsonObject("router-server").put("read-timeout", "300ms");
    gateway.start(config);
    try (RawSocket client = new RawSocket(gateway.port())) {
      assertThat(client.readAll()).isEmpty();
    }
  }
}
