package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.JournalEntry;
import io.canarygateway.message.NodeReport;
import io.canarygateway.message.ReleaseVerdict;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /api/v1/events}. */
class EventsApiTest {

  private static final String PATH = "/api/v1/events";
  private static final JournalEntry ENTRY =
      new JournalEntry(0, "strategy", "main", "canary\nx", "etcd", "", 4, "", "");

  private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = ApiFixture.start(new JsonObject());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void publish(String address, Object message) {
    api.host.bus().publish(address, message, Addresses.WITHIN_PROCESS);
  }

  /** The lines of the next event of a kind. */
  private static List<String> next(Iterator<String> lines, String event) {
    List<String> found = new ArrayList<>();
    while (true) {
      String line = lines.next();
      if (!line.isEmpty()) {
        found.add(line);
      } else if (found.contains("event: " + event)) {
        return found;
      } else {
        found.clear();
      }
    }
  }

  private static JsonObject data(Iterator<String> lines, String event) {
    return new JsonObject(next(lines, event).get(2).substring("data: ".length()));
  }

  @Test
  void everyKindOfEventIsSent() throws Exception {
    HttpResponse<Stream<String>> response = api.stream(api.request(PATH));
    assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
    assertThat(response.headers().firstValue("cache-control")).contains("no-store");
    try (Stream<String> stream = response.body()) {
      Iterator<String> lines = stream.iterator();
      assertThat(lines.next()).isEqualTo("retry: 3000");
      publish(Addresses.JOURNAL, ENTRY);
      JsonObject entry = data(lines, "journal");
      OpenApiContract.check("#/components/schemas/JournalEntry", entry.encode());
      assertThat(entry.getString("new")).isEqualTo("canary\nx");
      publish(Addresses.HEALTH, ComponentHealth.of("etcd", false, "unreachable"));
      assertThat(data(lines, "health").getString("id")).isEqualTo("etcd");
      publish(Addresses.CLUSTER_NODES, new NodeReport("n2", "127.0.0.1:1", 7, "a", "b", false));
      assertThat(data(lines, "node").getBoolean("gone")).isFalse();
      publish(Addresses.CLUSTER_NODES, new NodeReport("n2", "127.0.0.1:1", 7, "a", "b", true));
      assertThat(data(lines, "node").getBoolean("gone")).isTrue();
      publish(
          Addresses.CLUSTER_RELEASE_VERDICTS,
          new ReleaseVerdict("", "v2", "passed", false, "n1", "", 1, "{}"));
      assertThat(data(lines, "release").getString("route")).isEqualTo("default");
      api.host.use(ApiFixture.config(new JsonObject().put("strategy", "canary")));
      assertThat(data(lines, "route"))
          .isEqualTo(new JsonObject("{\"name\":\"default\",\"revision\":2,\"removed\":false}"));
    }
  }

  @Test
  void whoComesBackGetsWhatWasMissed() throws Exception {
    String id;
    try (Stream<String> stream = api.stream(api.request(PATH)).body()) {
      Iterator<String> lines = stream.iterator();
      publish(Addresses.JOURNAL, ENTRY);
      id = next(lines, "journal").get(0).substring("id: ".length());
    }
    publish(Addresses.HEALTH, ComponentHealth.of("etcd", true, ""));
    api.get("/api/v1/nodes"); // The event is made before this is answered.
    try (Stream<String> stream = api.stream(api.request(PATH).header("Last-Event-ID", id)).body()) {
      assertThat(data(stream.iterator(), "health").getString("id")).isEqualTo("etcd");
    }
  }

  @Test
  void whoReadsTooSlowlyIsDisconnected() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", api.host.portOf("metrics"))) {
      socket.setSoTimeout(10_000); // Shorter than the time between two heartbeats.
      String head = "GET " + PATH + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      for (int i = 0; i < 300; i++) {
        publish(Addresses.HEALTH, ComponentHealth.of("etcd", false, i + " " + "x".repeat(100_000)));
      }
      api.host.health("etcd"); // When it returns, all events are made.
      assertThat(readToTheEnd(socket)).isLessThan(30_000_000);
    }
    assertThat(api.get("/api/v1/nodes").statusCode()).isEqualTo(200);
  }

  /** The bytes until the server closes or resets the connection. */
  private static long readToTheEnd(Socket socket) throws IOException {
    long read = 0;
    byte[] buffer = new byte[65_536];
    try {
      for (int n = 0; n >= 0; n = socket.getInputStream().read(buffer)) {
        read += n;
      }
    } catch (SocketException e) {
      // A reset.
    }
    return read;
  }

  @Test
  void aHundredClientsAreTheMost() throws Exception {
    List<Stream<String>> streams = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        streams.add(api.stream(api.request(PATH)).body());
      }
      assertThat(api.get(PATH).statusCode()).isEqualTo(503);
    } finally {
      streams.forEach(Stream::close);
    }
  }
}
