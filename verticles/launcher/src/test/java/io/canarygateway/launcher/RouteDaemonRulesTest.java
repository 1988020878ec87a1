package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.UnixSocketClient;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A route's own daemon answers as the proxy does for the route, also if the route comes live. */
class RouteDaemonRulesTest {

  @TempDir Path directory;
  private final Upstreams upstreams = new Upstreams();
  private GatewayFixture gateway;

  @AfterEach
  void stop() {
    gateway.close();
    upstreams.close();
  }

  private Path socket() {
    return directory.resolve("shop.sock");
  }

  private JsonObject withShop() {
    return upstreams
        .withoutSidecar()
        .put(
            "routes",
            new JsonObject()
                .put(
                    "shop",
                    upstreams
                        .withoutSidecar()
                        .put(
                            "match",
                            new JsonObject().put("path", new JsonObject().put("prefix", "/shop")))
                        .put("rollout", new JsonObject().put("canary", 0.5))
                        .put("daemon", new JsonObject().put("socket", socket().toString()))
                        .put("circuit-breaker", new JsonObject().put("error-limit-canary", 1))));
  }

  private Path write(JsonObject config) throws Exception {
    Path next = directory.resolve("next");
    Files.writeString(next, GatewayFixture.onFreePorts(config).encode());
    return Files.move(next, directory.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
  }

  private String location(String assignment) throws Exception {
    String answer = UnixSocketClient.ask(socket(), assignment + "\n");
    return answer.substring(assignment.length() + 1).trim();
  }

  @Test
  void theFirstSocketOfAGatewayMayComeWithARoute() throws Exception {
    JsonObject without = upstreams.withoutSidecar();
    gateway = GatewayFixture.start(without, write(without));
    assertThat(gateway.instrumentation("/health/ready").statusCode()).isEqualTo(200);
    assertThat(gateway.instrumentation("/health/ready").body()).doesNotContain("\"daemon\"");
    write(withShop());
    // The file is there a moment before the socket listens.
    await().ignoreExceptions().until(() -> location("0.25").equals("canary"));
    assertThat(location("0.75")).isEqualTo("master");
    await()
        .untilAsserted(
            () ->
                assertThat(gateway.get("/shop", "maxwellsdaemon", "0.25").body())
                    .isEqualTo("canary"));
    upstreams.canary.answerWith(500);
    assertThat(gateway.get("/shop", "maxwellsdaemon", "0.25").statusCode()).isEqualTo(500);
    await().until(() -> location("0.25").equals("master"));
    assertThat(gateway.metrics())
        .contains("gateway_daemon_answers_total{location=\"canary\",route=\"shop\"}");
    write(without);
    await().until(() -> !Files.exists(socket()));
    assertThat(gateway.instrumentation("/health/ready").statusCode()).isEqualTo(200);
  }
}
