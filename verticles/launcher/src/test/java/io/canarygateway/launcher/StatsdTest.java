package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.DynamoDbLocal;
import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.UnixSocketClient;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** maxwells-daemon's metrics on a real UDP socket. */
class StatsdTest {

  @TempDir Path directory;
  private final List<String> lines = new ArrayList<>();
  private Upstreams upstreams;
  private GatewayFixture gateway;
  private DatagramSocket statsd;
  private int port;
  private Path socket;

  @BeforeEach
  void start() throws Exception {
    upstreams = new Upstreams();
    port = FreePorts.next();
    listen();
    socket = directory.resolve("d.sock");
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    statsd.close();
    upstreams.close();
  }

  private void listen() throws Exception {
    statsd = new DatagramSocket(port, InetAddress.getLoopbackAddress());
    statsd.setSoTimeout(20);
  }

  private void startGateway(JsonObject more) throws Exception {
    JsonObject config =
        upstreams
            .withoutSidecar()
            .put("rollout", new JsonObject().put("canary", 0.5))
            .put("statsd", new JsonObject().put("port", port))
            .put(
                "daemon",
                new JsonObject()
                    .put("socket", socket.toString())
                    .put("state-dir", directory.resolve("state").toString()));
    gateway = GatewayFixture.start(config.mergeIn(more));
  }

  /** All lines that have come. */
  private List<String> received() throws Exception {
    byte[] bytes = new byte[65_536];
    try {
      for (; ; ) {
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        statsd.receive(packet);
        new String(bytes, 0, packet.getLength(), StandardCharsets.UTF_8)
            .lines()
            .forEach(lines::add);
      }
    } catch (SocketTimeoutException e) {
      return lines;
    }
  }

  private long total(String name, String end) throws Exception {
    return received().stream()
        .filter(line -> line.startsWith("maxwellsdaemon." + name + ":") && line.endsWith(end))
        .mapToLong(line -> Long.parseLong(line.replaceAll(".*:([0-9]+)\\|c.*", "$1")))
        .sum();
  }

  @Test
  void namesTypesAndTagsAreMaxwellsDaemons() throws Exception {
    startGateway(new JsonObject());
    for (String line : List.of("\n", "0.1\n", "0.7\n", "0.8\n", "0.9\n", "rubbish\n")) {
      UnixSocketClient.ask(socket, line);
    }
    UnixSocketClient.ask(socket, "");
    await().untilAsserted(() -> assertThat(total("server.success", "|c")).isEqualTo(6));
    await().untilAsserted(() -> assertThat(total("server.failure", "|c")).isEqualTo(1));
    await().untilAsserted(() -> assertThat(total("handler.failure", "|c")).isEqualTo(1));
    await()
        .untilAsserted(
            () -> {
              long canary = total("handler.success", "|c|#location:canary");
              assertThat(canary).isBetween(1L, 2L);
              assertThat(total("handler.success", "|c|#location:master")).isEqualTo(5 - canary);
            });
    await()
        .untilAsserted(
            () ->
                assertThat(received())
                    .filteredOn(
                        line -> line.matches("maxwellsdaemon\\.server\\.delay:[0-9.E-]+\\|h"))
                    .hasSize(6));
    assertThat(received()).allMatch(line -> line.startsWith("maxwellsdaemon."));
  }

  @Test
  void nobodyListeningDoesNoHarmAndWhoComesLaterGetsTheRest() throws Exception {
    statsd.close();
    startGateway(new JsonObject());
    for (int i = 0; i < 100; i++) {
      assertThat(UnixSocketClient.ask(socket, "0.1\n")).isEqualTo("0.1\ncanary\n");
    }
    listen();
    await()
        .untilAsserted(
            () -> {
              UnixSocketClient.ask(socket, "0.1\n");
              assertThat(total("handler.success", "|c|#location:canary")).isPositive();
            });
  }

  @Test
  void aHostThatDoesNotExistIsToldAndDoesNoHarm() throws Exception {
    startGateway(new JsonObject().put("statsd", new JsonObject().put("host", "nowhere.invalid")));
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(UnixSocketClient.ask(socket, "0.1\n")).isEqualTo("0.1\ncanary\n");
              assertThat(gateway.health("statsd").getString("status")).isEqualTo("DEGRADED");
            });
    assertThat(gateway.health("statsd").encode()).contains("nowhere.invalid");
  }

  @Test
  @Tag("external")
  void readingsOfTheRolloutAreCounted() throws Exception {
    try (DynamoDbLocal dynamoDb = DynamoDbLocal.start()) {
      dynamoDb.createTable(false);
      dynamoDb.put("canary", "0.5");
      startGateway(new JsonObject().put("dynamodb", dynamoDb.section()));
      await().untilAsserted(() -> assertThat(total("rollout.update.success", "|c")).isPositive());
      // There is no item for maintenance.
      await().untilAsserted(() -> assertThat(total("rollout.update.failure", "|c")).isPositive());
    }
  }
}
