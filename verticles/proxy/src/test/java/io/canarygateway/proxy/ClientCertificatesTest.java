package io.canarygateway.proxy;

import static io.canarygateway.proxy.TlsFixture.connect;
import static io.canarygateway.proxy.TlsFixture.exchange;
import static io.canarygateway.proxy.TlsFixture.pair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.fixtures.TestAuthority;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("external")
class ClientCertificatesTest {

  @TempDir static Path directory;

  private static TestAuthority authority;
  private static TestAuthority.Pair main;
  private static SSLContext right;
  private static SSLContext expired;
  private static SSLContext wrong;
  private static SSLContext without;

  @RegisterExtension final FreshProxy gateway = new FreshProxy();

  @BeforeAll
  static void makeCertificates() throws Exception {
    authority = TestAuthority.create(directory.resolve("ca"));
    main = authority.issue("main", "DNS:localhost,IP:127.0.0.1", 60);
    without = authority.context();
    right = authority.context(authority.issue("right", "DNS:client", 60));
    expired = authority.context(authority.issue("expired", "DNS:client", -1));
    wrong =
        authority.context(
            TestAuthority.create(directory.resolve("other")).issue("wrong", "DNS:client", 60));
  }

  private void start(String clientAuth) throws Exception {
    gateway.start(
        TlsFixture.with(
            gateway.upstreams.withoutSidecar(),
            pair(main)
                .put("client-auth", clientAuth)
                .put("client-ca-file", authority.ca().toString())));
  }

  private String answerTo(SSLContext client) throws IOException {
    try (SSLSocket socket = connect(client, gateway.port(), "")) {
      return exchange(socket);
    }
  }

  private void assertRefused(SSLContext client) {
    int before = gateway.upstreams.main.seen.size();
    // With TLS 1.3 a client learns of the refusal when it reads.
    assertThatThrownBy(() -> answerTo(client)).isInstanceOf(IOException.class);
    assertThat(gateway.upstreams.main.seen).hasSize(before);
  }

  @Test
  void requiredOnesHaveToBeRight() throws Exception {
    start("require");
    assertRefused(without);
    assertRefused(wrong);
    assertRefused(expired);
    assertThat(answerTo(right)).startsWith("HTTP/1.1 200 ");
    assertThat(gateway.metrics()).contains("gateway_tls_handshake_failures_total 3.0");
  }

  @Test
  void requestedOnesMayBeMissing() throws Exception {
    start("request");
    assertRefused(expired);
    assertThat(answerTo(without)).startsWith("HTTP/1.1 200 ");
    assertThat(answerTo(right)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void otherwiseTheyDoNotMatter() throws Exception {
    start("none");
    assertThat(answerTo(expired)).startsWith("HTTP/1.1 200 ");
  }
}
