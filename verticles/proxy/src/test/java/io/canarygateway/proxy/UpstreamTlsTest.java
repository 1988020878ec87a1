package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.TestAuthority;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("external")
class UpstreamTlsTest {

  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  @TempDir static Path directory;

  private static TestAuthority authority;
  private static TestAuthority.Pair server;
  private static TestAuthority.Pair client;
  private static TestAuthority.Pair stranger;

  @RegisterExtension final FreshProxy gateway = new FreshProxy();

  @BeforeAll
  static void makeCertificates() throws Exception {
    authority = TestAuthority.create(directory.resolve("ca"));
    server = authority.issue("server", "DNS:main.internal", 60);
    client = authority.issue("client", "DNS:gateway", 60);
    stranger =
        TestAuthority.create(directory.resolve("other")).issue("stranger", "DNS:gateway", 60);
  }

  /** Starts an upstream that speaks TLS and wants a certificate, and a gateway in front of it. */
  private void start(JsonObject tls) throws Exception {
    HttpServer upstream =
        gateway
            .upstreams
            .vertx()
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setClientAuth(
                        tls.containsKey("cert-file") ? ClientAuth.REQUIRED : ClientAuth.NONE)
                    .setTrustOptions(new PemTrustOptions().addCertPath(authority.ca().toString()))
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .addCertPath(server.cert().toString())
                            .addKeyPath(server.key().toString())))
            .requestHandler(request -> request.response().end("from tls"))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    String url = "https://127.0.0.1:" + upstream.actualPort();
    gateway.start(
        gateway.upstreamClient("tls", tls).put("main-target", url).put("canary-target", url));
  }

  private static JsonObject trusting() {
    return new JsonObject()
        .put("ca-file", authority.ca().toString())
        .put("server-name", "main.internal");
  }

  private static JsonObject showing(TestAuthority.Pair pair) {
    return trusting()
        .put("cert-file", pair.cert().toString())
        .put("key-file", pair.key().toString());
  }

  @Test
  void anAuthorityOfItsOwnIsTrusted() throws Exception {
    start(trusting());
    assertThat(gateway.raw(REQUEST)).startsWith("HTTP/1.1 200 ").contains("from tls");
  }

  @Test
  void withoutItTheCertificateIsRefused() throws Exception {
    start(new JsonObject().put("server-name", "main.internal"));
    assertThat(gateway.raw(REQUEST)).startsWith("HTTP/1.1 502 ");
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    start(trusting().put("server-name", "canary.internal"));
    assertThat(gateway.raw(REQUEST)).startsWith("HTTP/1.1 502 ");
  }

  @Test
  void withoutServerNameTheTargetsHostCounts() throws Exception {
    JsonObject tls = trusting();
    tls.remove("server-name");
    start(tls);
    assertThat(gateway.raw(REQUEST)).startsWith("HTTP/1.1 502 ");
  }

  @Test
  void theUpstreamGetsTheCertificate() throws Exception {
    start(showing(client));
    assertThat(gateway.raw(REQUEST)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aReplacedCertificateIsUsedForNewConnections() throws Exception {
    TestAuthority.Pair live = client.copy("live");
    live.replaceBy(stranger);
    start(showing(live));
    assertThat(gateway.raw(REQUEST)).startsWith("HTTP/1.1 502 ");
    live.replaceBy(client);
    await().untilAsserted(() -> assertThat(gateway.raw(REQUEST)).startsWith("HTTP/1.1 200 "));
  }

  @Test
  void filesThatAreMissingMake502UntilTheyAreThere() throws Exception {
    Path later = directory.resolve("ca").resolve("later.pem");
    start(trusting().put("ca-file", later.toString()));
    assertThat(gateway.raw(REQUEST)).startsWith("HTTP/1.1 502 ");
    java.nio.file.Files.copy(authority.ca(), later);
    await().untilAsserted(() -> assertThat(gateway.raw(REQUEST)).startsWith("HTTP/1.1 200 "));
  }
}
