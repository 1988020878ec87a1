package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.JournalLines;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that do nothing are one warning each, at the start and when they begin to. */
class IneffectiveSettingsLogTest {

  private static final String MESSAGE = "setting has no effect";

  @TempDir Path directory;

  private Path write(JsonObject config) throws Exception {
    Path next = Files.writeString(directory.resolve("next"), config.encode());
    return Files.move(next, directory.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static List<Object> keys(JournalLines lines) {
    return lines.saying(MESSAGE).stream().map(line -> line.get("flag")).toList();
  }

  @Test
  void eachIsOneLineUntilItCountsAgain() throws Exception {
    try (Upstreams upstreams = new Upstreams();
        JournalLines lines = new JournalLines("io.canarygateway.launcher")) {
      JsonObject rollout = new JsonObject().put("canary", 0.5);
      JsonObject both = GatewayFixture.onFreePorts(upstreams.config().put("rollout", rollout));
      JsonObject alone =
          GatewayFixture.onFreePorts(upstreams.withoutSidecar().put("rollout", rollout));
      try (GatewayFixture gateway = GatewayFixture.start(both, write(both))) {
        assertThat(keys(lines)).containsExactly("rollout.canary");
        assertThat(lines.saying(MESSAGE).get(0).get("reason"))
            .isEqualTo("sidecar-url is set, so the sidecar decides");
        write(both.copy().put("trim-prefix", "/x"));
        await().until(() -> gateway.revision() == 2);
        write(alone);
        await().until(() -> gateway.revision() == 3);
        assertThat(keys(lines)).hasSize(1);
        write(both);
        await().until(() -> keys(lines).size() == 2);
        assertThat(keys(lines)).containsExactly("rollout.canary", "rollout.canary");
      }
    }
  }
}
