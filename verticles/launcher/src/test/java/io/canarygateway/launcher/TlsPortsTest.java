package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.TestAuthority;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ports of TLS on the transport that gateways use. */
@Tag("external")
class TlsPortsTest {

  @TempDir Path directory;

  @Test
  void aClientThatDoesNotSpeakTlsIsClosed() throws Exception {
    TestAuthority.Pair pair =
        TestAuthority.create(directory).issue("a", "DNS:localhost,IP:127.0.0.1", 60);
    JsonObject tls =
        new JsonObject()
            .put("cert-file", pair.cert().toString())
            .put("key-file", pair.key().toString());
    try (Upstreams upstreams = new Upstreams();
        GatewayFixture gateway =
            GatewayFixture.start(
                upstreams
                    .withoutSidecar()
                    .put("router-server", new JsonObject().put("tls", tls))
                    .put("instrumentation", new JsonObject().put("tls", tls)))) {
      assertClosed(gateway.port());
      assertClosed(gateway.metricsPort());
    }
  }

  private static void assertClosed(int port) throws IOException {
    try (RawSocket client = new RawSocket(port)) {
      assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readAll())
          .doesNotContain("HTTP/1.1");
    } catch (SocketTimeoutException open) {
      throw open;
    } catch (IOException reset) {
      assertThat(reset).isNotNull(); // Closed, too.
    }
  }
}
