package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's canary fails as often as {@code demo.canary-failure-rate} says, live. */
class DemoFailuresTest {

  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir Path flags;

  private int failuresOf(String url, int requests) throws Exception {
    int failures = 0;
    for (int i = 0; i < requests; i++) {
      HttpResponse<Void> response =
          client.send(
              HttpRequest.newBuilder(URI.create(url)).build(),
              HttpResponse.BodyHandlers.discarding());
      assertThat(response.statusCode()).isIn(200, 500);
      failures += response.statusCode() == 500 ? 1 : 0;
    }
    return failures;
  }

  @Test
  void theRateIsLiveAndConcernsCanaryAlone() throws Exception {
    JsonObject config =
        Demo.demo().put("flags", new JsonObject().put("directory", flags.toString()));
    String main = config.getString("main-target");
    String canary = config.getString("canary-target");
    try (GatewayFixture gateway = GatewayFixture.start(config)) {
      assertThat(failuresOf(canary, 50)).isZero();
      Files.writeString(flags.resolve("demo.canary-failure-rate"), "1");
      await().until(() -> failuresOf(canary, 1) == 1);
      assertThat(failuresOf(canary, 50)).isEqualTo(50);
      assertThat(failuresOf(main, 50)).isZero();
      Files.writeString(flags.resolve("demo.canary-failure-rate"), "0.5");
      await().until(() -> failuresOf(canary, 1) == 0);
      assertThat(failuresOf(canary, 300)).isBetween(75, 225);
      assertThat(gateway.flag("demo.canary-failure-rate")).isEqualTo("0.5");
    }
  }
}
