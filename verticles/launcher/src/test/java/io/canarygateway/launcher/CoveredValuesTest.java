package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.JournalLines;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A value that a higher layer covers: one warning, and both layers on the page and in the JSON. */
class CoveredValuesTest {

  private static final String MESSAGE = "flag set, but a higher layer covers it";

  @TempDir Path directory;
  private Upstreams upstreams;
  private Path flags;
  private JsonObject config;

  @BeforeEach
  void start() throws Exception {
    upstreams = new Upstreams();
    flags = Files.createDirectory(directory.resolve("flags"));
    config =
        GatewayFixture.onFreePorts(
            upstreams
                .withoutSidecar()
                .put("trim-prefix", "/conf")
                .put("flags", new JsonObject().put("directory", flags.toString())));
  }

  @AfterEach
  void stop() {
    upstreams.close();
  }

  private Path write(JsonObject document) throws Exception {
    Path next = Files.writeString(directory.resolve("next"), document.encode());
    return Files.move(next, directory.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static JsonObject trimPrefix(GatewayFixture gateway) throws Exception {
    return gateway.flagz("?q=trim-prefix").getJsonArray("flags").getJsonObject(0);
  }

  private static JsonArray covered(String source, String value) {
    return new JsonArray().add(new JsonObject().put("source", source).put("value", value));
  }

  @Test
  void aCoveredValueIsOneWarningAndShown() throws Exception {
    Files.writeString(flags.resolve("trim-prefix"), "/directory");
    try (JournalLines lines = new JournalLines();
        GatewayFixture gateway = GatewayFixture.start(config, write(config))) {
      assertThat(lines.saying(MESSAGE)).hasSize(1);
      assertThat(lines.saying(MESSAGE).get(0))
          .containsEntry("flag", "trim-prefix")
          .containsEntry("wanted", "/conf")
          .containsEntry("in_force", "/directory")
          .containsEntry("source", "conf")
          .containsEntry("covered_by", "directory");
      JsonObject flag = trimPrefix(gateway);
      assertThat(flag.getString("current_value")).isEqualTo("/directory");
      assertThat(flag.getString("source")).isEqualTo("directory");
      assertThat(flag.getString("covered_by")).isEqualTo("directory");
      assertThat(flag.getJsonArray("covered")).isEqualTo(covered("conf", "/conf"));
      assertThat(gateway.page("/debug/flagz?q=trim-prefix")).contains("covers conf", "/conf");

      write(config.copy().put("trim-prefix", "/edited"));
      await().until(() -> lines.saying(MESSAGE).size() == 2);
      Map<String, Object> second = lines.saying(MESSAGE).get(1);
      assertThat(second).containsEntry("wanted", "/edited").containsEntry("in_force", "/directory");
      assertThat(trimPrefix(gateway).getJsonArray("covered")).isEqualTo(covered("conf", "/edited"));

      Files.delete(flags.resolve("trim-prefix"));
      await().until(() -> trimPrefix(gateway).getString("current_value").equals("/edited"));
      assertThat(trimPrefix(gateway).getString("source")).isEqualTo("conf");
      assertThat(trimPrefix(gateway).getString("covered_by")).isEmpty();
      assertThat(trimPrefix(gateway).getJsonArray("covered")).isEmpty();
      assertThat(lines.saying(MESSAGE)).hasSize(2);
    }
  }

  @Test
  void whatIsNotCoveredIsNoWarning() throws Exception {
    try (JournalLines lines = new JournalLines();
        GatewayFixture gateway = GatewayFixture.start(config, write(config))) {
      // Moved there, since a file that is not written yet would be a change too.
      Path value = Files.writeString(directory.resolve("value"), "/directory");
      Files.move(value, flags.resolve("trim-prefix"));
      await().until(() -> trimPrefix(gateway).getString("current_value").equals("/directory"));
      List<Map<String, Object>> changes = lines.of("trim-prefix");
      assertThat(changes).hasSize(1);
      assertThat(changes.get(0)).containsEntry("message", "flag changed");
    }
  }
}
