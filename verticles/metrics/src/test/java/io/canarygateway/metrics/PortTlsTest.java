package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.MetricsConfig;
import io.canarygateway.fixtures.TestAuthority;
import io.canarygateway.fixtures.VerticleHost;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("external")
class PortTlsTest {

  @TempDir Path directory;

  private TestAuthority authority;
  private TestAuthority.Pair live;
  private VerticleHost host;

  @BeforeEach
  void start() throws Exception {
    authority = TestAuthority.create(directory);
    live = authority.issue("a", "DNS:localhost", 60).copy("live");
    JsonObject tls =
        new JsonObject()
            .put("cert-file", live.cert().toString())
            .put("key-file", live.key().toString())
            .put("client-auth", "require")
            .put("client-ca-file", authority.ca().toString());
    JsonObject config =
        new JsonObject()
            .put("main-target", "http://127.0.0.1:1")
            .put("canary-target", "http://127.0.0.1:1")
            .put(
                "instrumentation",
                new JsonObject().put("host", "127.0.0.1").put("port", 0).put("tls", tls));
    host = VerticleHost.withoutSettings();
    host.deploy(
        new MetricsVerticle(
            MetricsConfig.of(VerticleHost.values(config)), host.registry(), Set.of("metrics")));
  }

  @AfterEach
  void stop() {
    host.close();
  }

  private HttpResponse<String> get(SSLContext tls) throws Exception {
    URI uri = URI.create("https://localhost:" + host.portOf("metrics") + "/health/live");
    return HttpClient.newBuilder()
        .sslContext(tls)
        .build()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private String subject(SSLContext tls) throws Exception {
    X509Certificate shown =
        (X509Certificate) get(tls).sslSession().orElseThrow().getPeerCertificates()[0];
    return shown.getSubjectX500Principal().getName();
  }

  @Test
  void thePortSpeaksTlsAndWantsACertificate() throws Exception {
    assertThat(get(authority.context(authority.issue("c", "DNS:c", 2))).statusCode())
        .isEqualTo(200);
    assertThatThrownBy(() -> get(authority.context())).isInstanceOf(IOException.class);
    assertThat(host.health("instrumentation.tls").status()).isEqualTo(Status.UP);
    assertThat(host.metrics())
        .contains("gateway_certificate_expiry_seconds{listener=\"instrumentation\"");
  }

  @Test
  void aReplacedCertificateIsUsed() throws Exception {
    TestAuthority.Pair client = authority.issue("c", "DNS:c", 2);
    assertThat(subject(authority.context(client))).isEqualTo("CN=a");
    live.replaceBy(authority.issue("b", "DNS:localhost", 60));
    await().untilAsserted(() -> assertThat(subject(authority.context(client))).isEqualTo("CN=b"));
  }
}
