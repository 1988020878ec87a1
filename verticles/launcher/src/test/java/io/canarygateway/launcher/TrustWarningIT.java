package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.GatewayProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A listener that others can reach, while every client's headers count, is warned of once. */
class TrustWarningIT {

  private static final String WARNING = "trusted-proxies is not set";

  @TempDir Path directory;

  private static JsonObject config(String host) {
    return new JsonObject()
        .put("main-target", "http://127.0.0.1:1")
        .put("canary-target", "http://127.0.0.1:1")
        .put("router-server", new JsonObject().put("host", host).put("port", 0))
        .put("instrumentation", new JsonObject().put("port", 0));
  }

  private List<String> warnings(GatewayProcess gateway) throws Exception {
    return gateway.out().lines().filter(line -> line.contains(WARNING)).toList();
  }

  private List<String> checked(JsonObject config) throws Exception {
    try (GatewayProcess gateway =
        GatewayProcess.start(directory, "--check", "-conf", config.encode())) {
      assertThat(gateway.exitCode()).isZero();
      return warnings(gateway);
    }
  }

  @Test
  void aCheckPrintsTheWarning() throws Exception {
    assertThat(checked(config("0.0.0.0"))).singleElement().asString().startsWith("warning: ");
    assertThat(checked(config("127.0.0.1"))).isEmpty();
    assertThat(checked(config("0.0.0.0").put("trusted-proxies", new JsonArray()))).isEmpty();
  }

  @Test
  void aStartLogsItOnce() throws Exception {
    try (GatewayProcess gateway =
        GatewayProcess.start(directory, "-conf", config("0.0.0.0").encode())) {
      await().until(() -> gateway.out().contains("\"serving"));
      assertThat(warnings(gateway)).hasSize(1);
      assertThat(new JsonObject(warnings(gateway).get(0)).getString("level")).isEqualTo("warning");
    }
  }
}
