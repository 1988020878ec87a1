package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.GatewayProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases of the demo's canary, as a user runs them: with the fat jar and a file. */
class ReleaseIT {

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();
  private JsonObject config;
  private Path file;

  @BeforeEach
  void writeFile() throws Exception {
    config = Demo.demo();
    config.remove("sidecar-url");
    config.remove("routes");
    config.getJsonObject("demo").put("enabled", true);
    JsonArray steps = new JsonArray();
    for (double weight : new double[] {0.3, 0.6}) {
      steps.add(
          new JsonObject().put("weight", weight).put("min-duration", "1s").put("min-clients", 30));
    }
    config.put(
        "release",
        new JsonObject()
            .put("version", "v2")
            .put("steps", steps.add(1))
            .put("judge", new JsonObject().put("acceptable", 0.1))
            .put("state-dir", directory.resolve("state").toString()));
    file = directory.resolve("config.json");
    write();
  }

  private void write() throws Exception {
    Path next = Files.writeString(directory.resolve("next.json"), config.encode());
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private GatewayProcess start() throws Exception {
    return GatewayProcess.start(directory, "-conf", file.toString()).awaitReady();
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(60)).ignoreExceptions();
  }

  private HttpResponse<String> get(String uri, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** A client that comes for the first time. */
  private String newClient() throws Exception {
    return get(Demo.router(config) + "/").body();
  }

  private JsonObject release() throws Exception {
    int port = config.getJsonObject("instrumentation").getInteger("port");
    return new JsonObject(get("http://127.0.0.1:" + port + "/api/v1/releases/default").body());
  }

  private String state() throws Exception {
    return release().getString("state");
  }

  /** Sends new clients until the release is in a state. */
  private void sendUntil(String state) {
    soon()
        .until(
            () -> {
              for (int i = 0; i < 50; i++) {
                newClient();
              }
              return state().equals(state);
            });
  }

  private void failingCanary() throws Exception {
    config.getJsonObject("demo").put("canary-failure-rate", 0.5);
    write();
  }

  @Test
  void aGoodCanaryIsPromotedAndStaysSoAfterAKill() throws Exception {
    try (GatewayProcess gateway = start()) {
      sendUntil("promoted");
      soon().until(() -> newClient().startsWith("Hello from canary"));
      gateway.signal("KILL");
      gateway.exitCode();
    }
    try (GatewayProcess gateway = start()) {
      soon().until(() -> newClient().startsWith("Hello from canary"));
      assertThat(state()).isEqualTo("promoted");
      config.getJsonObject("release").put("version", "v3");
      write();
      soon().until(() -> release().getString("version").equals("v3"));
      soon().until(() -> release().getDouble("weight_in_force") == 0.3);
      assertThat(gateway.isAlive()).isTrue();
    }
  }

  @Test
  void aCanaryThatFailsAtStepTwoIsRevertedAndItsReceiptHolds() throws Exception {
    try (GatewayProcess gateway = start()) {
      soon()
          .untilAsserted(
              () -> {
                for (int i = 0; i < 20; i++) {
                  newClient();
                }
                JsonObject now = release();
                assertThat(now.getInteger("step")).as(now.encode()).isEqualTo(2);
              });
      failingCanary();
      // No client comes until it fails: thirty good ones would promote it.
      String canary = config.getString("canary-target");
      soon().until(() -> get(canary).statusCode() == 500);
      sendUntil("reverted");
      soon() // The proxies hear of it a moment after the API does.
          .untilAsserted(
              () -> {
                for (int i = 0; i < 100; i++) {
                  assertThat(newClient()).startsWith("Hello from main");
                }
              });
      Path answer = Files.writeString(directory.resolve("release.json"), release().encode());
      try (GatewayProcess judge = GatewayProcess.start(directory, "judge", answer.toString())) {
        assertThat(judge.exitCode()).as(judge.out() + judge.err()).isZero();
        assertThat(judge.out()).contains("reverted in step 2");
      }
      gateway.signal("KILL");
      gateway.exitCode();
    }
    try (GatewayProcess gateway = start()) {
      soon().until(() -> state().equals("reverted"));
      assertThat(newClient()).startsWith("Hello from main");
      assertThat(gateway.isAlive()).isTrue();
    }
  }

  /** Whatever one account does, it is one client. */
  @Test
  void oneClientCannotRevertAReleaseAndThirtyCan() throws Exception {
    config.getJsonObject("demo").put("canary-failure-rate", 1.0);
    config.getJsonObject("release").put("steps", new JsonArray().add(0.1).add(1));
    write();
    try (GatewayProcess gateway = start()) {
      String uri = Demo.router(config) + "/";
      soon().until(() -> get(uri, "Cookie", "maxwellsdaemon=0.05").statusCode() == 500);
      for (int i = 0; i < 500; i++) {
        assertThat(get(uri, "Cookie", "maxwellsdaemon=0.05").statusCode()).isEqualTo(500);
      }
      soon()
          .until(
              () ->
                  release().getJsonArray("counts").getJsonObject(0).getInteger("canary_failed")
                      == 1);
      assertThat(state()).isEqualTo("running");
      for (int i = 0; i < 30; i++) {
        get(uri, "Cookie", "maxwellsdaemon=0.0" + (100 + i));
      }
      soon().until(() -> state().equals("reverted"));
      assertThat(gateway.isAlive()).isTrue();
    }
  }

  @Test
  void withoutAStoreNobodyGoesToCanary() throws Exception {
    Path occupied = Files.writeString(directory.resolve("occupied"), "a file, no directory");
    config.getJsonObject("release").put("state-dir", occupied.toString());
    write();
    try (GatewayProcess gateway = start()) {
      soon()
          .untilAsserted(
              () -> {
                int port = config.getJsonObject("instrumentation").getInteger("port");
                assertThat(get("http://127.0.0.1:" + port + "/health/ready").body())
                    .contains("DEGRADED")
                    .contains("release");
              });
      for (int i = 0; i < 50; i++) {
        assertThat(newClient()).startsWith("Hello from main");
      }
      assertThat(state()).isEqualTo("unknown");
      assertThat(gateway.isAlive()).isTrue();
    }
  }
}
