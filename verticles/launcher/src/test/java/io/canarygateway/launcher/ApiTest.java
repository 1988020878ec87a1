package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API of a running gateway. */
class ApiTest {

  private static final String TOKEN = "a-token-of-26-characters!!";

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();

  private JsonObject send(GatewayFixture gateway, String method, String path, String body)
      throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + gateway.metricsPort() + "/api/v1/" + path);
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new JsonObject(response.body());
  }

  private static void awaitAnswer(GatewayFixture gateway, String target) {
    await().untilAsserted(() -> assertThat(gateway.get("/").body()).isEqualTo(target));
  }

  private GatewayFixture start(Upstreams upstreams) throws Exception {
    Path token = Files.writeString(directory.resolve("token"), TOKEN);
    return GatewayFixture.start(
        upstreams
            .withoutSidecar()
            .put("strategy", "canary")
            .put("admin", new JsonObject().put("token-file", token.toString())));
  }

  @Test
  void canaryIsStoppedAndTheStopIsUndone() throws Exception {
    try (Upstreams upstreams = new Upstreams();
        GatewayFixture gateway = start(upstreams)) {
      awaitAnswer(gateway, "canary");
      JsonObject stopped = send(gateway, "PUT", "flags/canary-enabled", "{\"value\": false}");
      assertThat(stopped.getString("source")).isEqualTo("override");
      assertThat(gateway.get("/").body()).isEqualTo("main");
      assertThat(gateway.flag("canary-enabled")).isEqualTo("false");
      send(gateway, "DELETE", "flags/canary-enabled", "");
      assertThat(gateway.get("/").body()).isEqualTo("canary");
      send(gateway, "POST", "breakers/default/reset", "");
      assertThat(send(gateway, "GET", "journal", "").getJsonArray("entries")).hasSize(3);
      await()
          .untilAsserted(
              () -> {
                JsonObject route = send(gateway, "GET", "routes/default", "");
                assertThat(route.getJsonObject("canary").getLong("requests")).isPositive();
              });
      await()
          .untilAsserted(
              () -> {
                JsonObject nodes = send(gateway, "GET", "nodes", "");
                assertThat(nodes.getJsonArray("nodes").getJsonObject(0).getString("health"))
                    .isIn("UP", "DEGRADED");
              });
    }
  }
}
