package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.TestAuthority;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target that speaks TLS and wants a certificate, behind interceptors. */
@Tag("external")
class InterceptorTlsTest {

  @TempDir Path directory;
  private Upstreams upstreams;
  private GatewayFixture gateway;
  private TestAuthority authority;
  private TestAuthority.Pair live;
  private String url;

  @BeforeEach
  void open() throws Exception {
    authority = TestAuthority.create(directory.resolve("ca"));
    TestAuthority.Pair server = authority.issue("server", "DNS:main.internal", 60);
    live = authority.issue("client", "DNS:gateway", 60).copy("live");
    upstreams = new Upstreams();
    HttpServer upstream =
        upstreams
            .vertx()
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setClientAuth(ClientAuth.REQUIRED)
                    .setTrustOptions(new PemTrustOptions().addCertPath(authority.ca().toString()))
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .addCertPath(server.cert().toString())
                            .addKeyPath(server.key().toString())))
            .requestHandler(request -> request.response().end(request.getHeader("Host")))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    url = "https://127.0.0.1:" + upstream.actualPort();
  }

  @AfterEach
  void close() {
    gateway.close();
    upstreams.close();
  }

  private JsonObject files() {
    return new JsonObject()
        .put("ca-file", authority.ca().toString())
        .put("cert-file", live.cert().toString())
        .put("key-file", live.key().toString())
        .put("server-name", "main.internal");
  }

  private void start(JsonObject tls) throws Exception {
    gateway =
        GatewayFixture.start(
            new JsonObject()
                .put("main-target", url)
                .put("canary-target", url)
                .put("interceptors", new JsonArray().add(TestInterceptors.NAME))
                .put(
                    "proxy-client",
                    new JsonObject().put("to-main-and-canary", new JsonObject().put("tls", tls))));
  }

  @Test
  void theTargetIsTrustedByTheFilesAndGetsTheCertificate() throws Exception {
    start(files());
    assertThat(gateway.get("/").statusCode()).isEqualTo(200);
    // The name is that of TLS alone.
    assertThat(gateway.get("/").body()).isEqualTo(url.substring("https://".length()));
    assertThat(gateway.get("/").headers().firstValue("X-Marked")).contains("yes");
  }

  @Test
  void anotherNameIsRefused() throws Exception {
    start(files().put("server-name", "canary.internal"));
    assertThat(gateway.get("/").statusCode()).isEqualTo(502);
  }

  @Test
  void withoutTheAuthorityTheTargetIsRefused() throws Exception {
    JsonObject tls = files();
    tls.remove("ca-file");
    start(tls);
    assertThat(gateway.get("/").statusCode()).isEqualTo(502);
  }

  @Test
  void aReplacedCertificateIsUsedForNewConnections() throws Exception {
    TestAuthority.Pair right = live.copy("right");
    live.replaceBy(
        TestAuthority.create(directory.resolve("other")).issue("stranger", "DNS:gateway", 60));
    start(files());
    assertThat(gateway.get("/").statusCode()).isEqualTo(502);
    live.replaceBy(right);
    await().untilAsserted(() -> assertThat(gateway.get("/").statusCode()).isEqualTo(200));
  }
}
