package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A body that was collected for the sidecar, on its way to canary, to main and to a mirror. */
class SidecarFallbackTest {

  private final Upstreams upstreams = new Upstreams();
  private GatewayFixture gateway;

  private void start(int maxBody) throws Exception {
    upstreams.canary.answerWith(500);
    gateway =
        GatewayFixture.start(
            upstreams
                .config()
                .put(
                    "canary-fallback",
                    new JsonObject()
                        .put("methods", new JsonArray().add("POST"))
                        .put("max-body", maxBody))
                .put(
                    "mirror",
                    new JsonObject()
                        .put("to", upstreams.sidecar.url() + "/copies")
                        .put("methods", new JsonArray().add("POST"))));
  }

  @AfterEach
  void stop() {
    gateway.close();
    upstreams.close();
  }

  @ParameterizedTest
  @CsvSource({"5, main, 200", "4, canary, 500"})
  void canaryAndMainGetTheWholeBodyIfItMayBeKept(int maxBody, String answer, int status)
      throws Exception {
    start(maxBody);
    var response = gateway.post("/", "hello");
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).isEqualTo(answer);
    assertThat(upstreams.canary.seen).extracting(Upstreams.Seen::body).containsExactly("hello");
    assertThat(upstreams.main.seen)
        .extracting(Upstreams.Seen::body)
        .isEqualTo(status == 200 ? List.of("hello") : List.of());
    await().until(() -> gateway.metric("gateway_sidecar_buffered_bytes") == 0);
    assertThat(gateway.metric("gateway_breaker_errors")).isEqualTo(1);
  }

  @Test
  void theMirrorGetsTheBodyToo() throws Exception {
    start(5);
    gateway.post("/", "hello");
    await()
        .untilAsserted(
            () ->
                assertThat(upstreams.sidecar.seen)
                    .filteredOn(seen -> seen.uri().startsWith("/copies"))
                    .extracting(Upstreams.Seen::body)
                    .containsExactly("hello"));
  }
}
