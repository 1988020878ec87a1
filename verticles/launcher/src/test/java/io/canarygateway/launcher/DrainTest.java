package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.Transport;
import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of client connections while a gateway stops. */
class DrainTest {

  private static final String REQUEST = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n";

  private Upstreams upstreams;
  private GatewayFixture gateway;

  @BeforeEach
  void start() throws Exception {
    upstreams = new Upstreams();
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    upstreams.close();
  }

  @ParameterizedTest
  @MethodSource("io.canarygateway.launcher.WorkingTransports#names")
  void aConnectionWhoseFirstRequestIsOnItsWayIsServed(Transport transport) throws Exception {
    gateway = GatewayFixture.start(config(transport));
    int port = gateway.port();
    try (RawSocket first = new RawSocket(port);
        RawSocket second = new RawSocket(port);
        RawSocket third = new RawSocket(port)) {
      third.send(REQUEST.substring(0, 9));
      awaitConnections(3);
      Future<Void> drained = gateway.gateway().drain();
      await().pollInterval(Duration.ofMillis(2)).until(() -> refuses(port));
      // Both at once: the first requests of connections are waited for, but not for long.
      first.send(REQUEST);
      second.send(REQUEST);
      for (RawSocket each : new RawSocket[] {first, second}) {
        assertThat(each.readAll())
            .startsWith("HTTP/1.1 200 ")
            .containsIgnoringCase("\r\nconnection: close\r\n");
      }
      assertThat(third.send(REQUEST.substring(9)).readAll()).startsWith("HTTP/1.1 200 ");
      Await.result(drained);
    }
  }

  @ParameterizedTest
  @MethodSource("io.canarygateway.launcher.WorkingTransports#names")
  void connectionsThatSayNothingDoNotKeepItFromStopping(Transport transport) throws Exception {
    gateway = GatewayFixture.start(config(transport).put("router-server", longDrain()));
    try (RawSocket silent = new RawSocket(gateway.port());
        RawSocket idle = new RawSocket(gateway.port())) {
      idle.send(REQUEST).readUntil("\r\n\r\n");
      awaitConnections(2);
      // Within what the test waits for a result, which is far less than the drain may take.
      Await.result(gateway.gateway().drain());
      assertThat(silent.readAll()).isEmpty();
    }
  }

  private static JsonObject longDrain() {
    return new JsonObject().put("drain-timeout", "1m");
  }

  private JsonObject config(Transport transport) {
    return upstreams.withoutSidecar().put("transport", transport.name().toLowerCase(Locale.ROOT));
  }

  private void awaitConnections(int count) {
    await().until(() -> gateway.metric("gateway_client_connections") == count);
  }

  private static boolean refuses(int port) {
    try {
      new RawSocket(port).close();
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
