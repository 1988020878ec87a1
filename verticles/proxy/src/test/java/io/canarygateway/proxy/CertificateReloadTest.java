package io.canarygateway.proxy;

import static io.canarygateway.proxy.TlsFixture.get;
import static io.canarygateway.proxy.TlsFixture.pair;
import static io.canarygateway.proxy.TlsFixture.subject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.TestAuthority;
import io.canarygateway.message.ComponentHealth.Status;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("external")
class CertificateReloadTest {

  private static final int REPLACEMENTS = 20;

  @TempDir Path directory;

  @RegisterExtension final FreshProxy gateway = new FreshProxy();

  private TestAuthority authority;
  private TestAuthority.Pair a;
  private TestAuthority.Pair b;
  private TestAuthority.Pair live;
  private SSLContext trust;

  @BeforeEach
  void start() throws Exception {
    authority = TestAuthority.create(directory);
    a = authority.issue("a", "DNS:localhost,IP:127.0.0.1", 60);
    b = authority.issue("b", "DNS:localhost,IP:127.0.0.1,DNS:b.example", 30);
    live = a.copy("live");
    trust = authority.context();
    gateway.start(TlsFixture.with(gateway.upstreams.withoutSidecar(), pair(live)));
  }

  private void awaitSubject(String name) {
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(subject(authority.context(), gateway.port(), "")).isEqualTo(name));
  }

  @Test
  void replacementsUnderLoadFailNoRequest() throws Exception {
    AtomicBoolean more = new AtomicBoolean(true);
    AtomicInteger answers = new AtomicInteger();
    List<CompletableFuture<Void>> load =
        List.of(
            keepAlive(HttpClient.Version.HTTP_2, more, answers),
            keepAlive(HttpClient.Version.HTTP_1_1, more, answers),
            newConnections(more, answers));
    for (int i = 0; i < REPLACEMENTS; i++) {
      boolean even = i % 2 == 0;
      live.replaceBy(even ? b : a);
      awaitSubject(even ? "b" : "a");
    }
    more.set(false);
    load.forEach(CompletableFuture::join);
    assertThat(answers).hasValueGreaterThan(REPLACEMENTS);
  }

  private CompletableFuture<Void> keepAlive(
      HttpClient.Version version, AtomicBoolean more, AtomicInteger answers) {
    HttpClient client = TlsFixture.client(trust, version);
    return CompletableFuture.runAsync(
        () -> {
          while (more.get()) {
            try {
              assertThat(get(client, gateway.port(), "/").statusCode()).isEqualTo(200);
            } catch (Exception e) {
              throw new AssertionError(e);
            }
            answers.incrementAndGet();
          }
        });
  }

  private CompletableFuture<Void> newConnections(AtomicBoolean more, AtomicInteger answers) {
    return CompletableFuture.runAsync(
        () -> {
          while (more.get()) {
            try (SSLSocket socket = TlsFixture.connect(trust, gateway.port(), "localhost")) {
              assertThat(TlsFixture.exchange(socket)).startsWith("HTTP/1.1 200 ");
            } catch (Exception e) {
              throw new AssertionError(e);
            }
            answers.incrementAndGet();
          }
        });
  }

  @Test
  void aBrokenPairIsRefusedAndHealthSaysSo() throws Exception {
    assertThat(gateway.running().health("router-server.tls").status()).isEqualTo(Status.UP);
    Files.copy(b.cert(), live.cert(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    await()
        .untilAsserted(
            () ->
                assertThat(gateway.running().health("router-server.tls").detail())
                    .contains("key-file", live.key().toString()));
    assertThat(gateway.running().health("router-server.tls").status()).isEqualTo(Status.DEGRADED);
    assertThat(subject(authority.context(), gateway.port(), "")).isEqualTo("a");
    live.replaceBy(a);
    await()
        .untilAsserted(
            () ->
                assertThat(gateway.running().health("router-server.tls").status())
                    .isEqualTo(Status.UP));
  }

  @Test
  void theMetricTellsWhenACertificateExpires() throws Exception {
    assertThat(secondsLeft()).isBetween(59 * 86_400.0, 60 * 86_400.0);
    live.replaceBy(b);
    await().untilAsserted(() -> assertThat(secondsLeft()).isBetween(29 * 86_400.0, 30 * 86_400.0));
  }

  private double secondsLeft() {
    return gateway
        .metrics()
        .lines()
        .filter(line -> line.startsWith("gateway_certificate_expiry_seconds{"))
        .filter(line -> line.contains("name=\"localhost\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElse(0);
  }
}
