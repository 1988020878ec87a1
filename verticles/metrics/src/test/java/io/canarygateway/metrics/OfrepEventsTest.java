package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The event stream of OFREP. */
class OfrepEventsTest {

  private static final String REFETCH = "data: {\"type\":\"refetchEvaluation\"}";

  private OfrepFixture ofrep;

  private static JsonObject rollout(double canary) {
    return new JsonObject().put("rollout", new JsonObject().put("canary", canary));
  }

  @BeforeEach
  void start() throws Exception {
    ofrep = new OfrepFixture(rollout(0.5));
  }

  @AfterEach
  void stop() {
    ofrep.close();
  }

  private RawSocket connect(String path, String more) throws Exception {
    RawSocket socket = new RawSocket(ofrep.api.host.portOf("metrics"));
    return socket.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n");
  }

  private String path() throws Exception {
    JsonObject stream =
        new JsonObject(ofrep.bulk("{}").body()).getJsonArray("eventStreams").getJsonObject(0);
    assertThat(stream.getString("type")).isEqualTo("sse");
    return stream.getJsonObject("endpoint").getString("requestUri");
  }

  private static String idIn(String text) {
    return text.substring(text.lastIndexOf("id: ") + 4).lines().findFirst().orElseThrow();
  }

  @Test
  void aChangeOfAnyFlagIsOneEvent() throws Exception {
    try (RawSocket socket = connect(path(), "")) {
      String start = socket.readUntil("id: ") + socket.readUntil("\n\n");
      assertThat(start).contains("text/event-stream").doesNotContain("data:");
      ofrep.api.host.use(ApiFixture.config(rollout(0.25)));
      String event = socket.readUntil(REFETCH);
      assertThat(event).contains("id: ");
      ofrep.document.check(
          REFETCH.substring("data: ".length()), "/components/schemas/sseEventData");
    }
  }

  @Test
  void aClientThatMissedAChangeHearsOfItWhenItComesBack() throws Exception {
    String id;
    try (RawSocket socket = connect(path(), "")) {
      id = idIn(socket.readUntil("id: ") + socket.readUntil("\n\n"));
    }
    ofrep.api.host.use(ApiFixture.config(rollout(0.25)));
    await()
        .until(
            () -> {
              try (RawSocket socket = connect(path(), "Last-Event-ID: " + id + "\r\n")) {
                return (socket.readUntil("id: ") + socket.readUntil("\n\n")).contains(REFETCH);
              }
            });
    try (RawSocket socket = connect(path(), "Last-Event-ID: another process\r\n")) {
      assertThat(socket.readUntil(REFETCH)).contains("id: ");
    }
  }
}
