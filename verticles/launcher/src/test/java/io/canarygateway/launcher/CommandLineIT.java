package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.GatewayProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line of the fat jar: what a newcomer types, what is printed, the exit code. */
class CommandLineIT {

  private static final String TARGETS =
      "\"main-target\": \"http://old:8080\", \"canary-target\": \"http://new:8080\"";

  @TempDir Path directory;

  private GatewayProcess start(String... args) throws Exception {
    return GatewayProcess.start(directory, args);
  }

  private Path file(String json) throws Exception {
    return Files.writeString(directory.resolve("config.json"), json);
  }

  /** What it has written, without the line that it is writing. */
  private static String wholeLines(GatewayProcess gateway) throws Exception {
    String out = gateway.out();
    return out.substring(0, out.lastIndexOf('\n') + 1);
  }

  private static List<JsonObject> lines(GatewayProcess gateway, String message) throws Exception {
    return wholeLines(gateway)
        .lines()
        .map(JsonObject::new)
        .filter(line -> line.getString("msg").equals(message))
        .toList();
  }

  @Test
  void theVersionIsOneLine() throws Exception {
    try (GatewayProcess gateway = start("--version")) {
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.out()).isEqualTo("canary-gateway " + Answers.version() + "\n");
      assertThat(gateway.err()).isEmpty();
    }
  }

  @Test
  void theHelpNamesTheOptionsAndWhereTheKeysAre() throws Exception {
    try (GatewayProcess gateway = start("--help")) {
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.out())
          .startsWith("Usage: java -jar gateway-fat.jar")
          .contains("-c, --config FILE", "--check", "--version", "-cluster", "-options")
          .contains("64", "78", "conf/README.md");
      assertThat(gateway.out().lines()).allMatch(line -> line.length() <= 110);
      assertThat(gateway.err()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "--chek", "run"})
  void anUnknownArgumentIsOneLineAndExitCode64(String argument) throws Exception {
    try (GatewayProcess gateway = start(argument)) {
      assertThat(gateway.exitCode()).isEqualTo(64);
      assertThat(gateway.err().lines()).hasSize(1);
      assertThat(gateway.err()).startsWith("unknown ").contains("\"" + argument + "\"");
      assertThat(gateway.out()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-c", "--config", "-conf"})
  void canaryRoutersSpellingServesAndSaysWhatItServes(String option) throws Exception {
    JsonObject config = Demo.demo();
    config.getJsonObject("demo").put("enabled", true);
    Path file = file(config.put("circuit-breaker", new JsonObject().put("window", "1m")).encode());
    try (GatewayProcess gateway = start(option, file.toString()).awaitReady()) {
      assertThat(Demo.get(Demo.router(config) + "/x")).startsWith("Hello from ");
      await().until(() -> !lines(gateway, "serving the demo").isEmpty());
      assertThat(lines(gateway, "serving the demo")).hasSize(1);
      JsonObject line = lines(gateway, "serving the demo").get(0);
      int port = config.getJsonObject("router-server").getInteger("port");
      assertThat(line.getString("version")).isEqualTo(Answers.version());
      assertThat(line.getString("configuration")).isEqualTo(file.toString());
      assertThat(line.getString("listeners"))
          .startsWith("clients 127.0.0.1:" + port + ", instrumentation 127.0.0.1:");
      assertThat(line.getString("strategy"))
          .isEqualTo("sidecar (" + config.getString("sidecar-url") + ")");
      assertThat(line.getString("sources")).isEqualTo("conf " + file + ", jmx");
      assertThat(line.getString("transport")).isNotEmpty();
      List<JsonObject> warnings = lines(gateway, "setting has no effect");
      assertThat(warnings).hasSize(1);
      assertThat(warnings.get(0).getString("level")).isEqualTo("warning");
      assertThat(warnings.get(0).getString("flag")).isEqualTo("circuit-breaker.window");
      assertThat(lines(gateway, "following another node")).isEmpty();
    }
  }

  @Test
  void aCheckPrintsWhatWouldBeDoneAndServesNothing() throws Exception {
    Path file =
        file(
            "{"
                + TARGETS
                + ", \"sidecar-url\": \"http://s\", \"rollout\": {\"canary\": 0.1},"
                + " \"transport\": \"nio\"}");
    try (GatewayProcess gateway = start("--check", "-c", file.toString())) {
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.err()).isEmpty();
      List<String> lines = gateway.out().lines().toList();
      assertThat(lines.get(0)).isEqualTo("version: " + Answers.version());
      assertThat(lines.subList(1, lines.size()))
          .containsExactly(
              "configuration: " + file,
              "listeners: clients 127.0.0.1:1345, instrumentation 127.0.0.1:8888",
              "main: http://old:8080",
              "canary: http://new:8080",
              "strategy: sidecar (http://s)",
              "sources: conf " + file + ", jmx",
              "transport: nio",
              "warning: rollout.canary has no effect: sidecar-url is set, so the sidecar decides");
    }
  }

  @Test
  void aCheckOfAFaultyConfigurationIsExitCode78() throws Exception {
    try (GatewayProcess gateway =
        start("--check", "-conf", "{" + TARGETS + ", \"sidecar-ulr\": \"http://s\"}")) {
      assertThat(gateway.exitCode()).isEqualTo(78);
      assertThat(gateway.out()).isEmpty();
      assertThat(gateway.err().strip())
          .isEqualTo(
              "sidecar-ulr: \"http://s\" (expected a known key; the nearest is sidecar-url)");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "missing.json|-conf: no file \"missing.json\" (expected a JSON file or inline JSON)",
        ".|-conf: the directory \".\" (expected a JSON file or inline JSON)",
        "{ not json|-conf: line 1 column 3 (expected a key in double quotes)",
        "{\"a\": 1|-conf: line 1 column 8 (expected a closing bracket or quote before the end)",
        "{/* c */}|-conf: line 1 column 2 (expected JSON, which has no comments)",
        "{\"a\": 1, \"a\": 2}|-conf: line 1 column 13 (expected each key only once)"
      })
  void aFaultOfTheDocumentIsToldInOurWords(String conf, String problem) throws Exception {
    try (GatewayProcess gateway = start("-conf", conf)) {
      assertThat(gateway.exitCode()).isEqualTo(78);
      assertThat(gateway.err().strip()).isEqualTo(problem);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "\"10%\""})
  void aPercentageIsToldTheFraction(String value) throws Exception {
    String conf = "{" + TARGETS + ", \"rollout\": {\"canary\": " + value + "}}";
    try (GatewayProcess gateway = start("-conf", conf)) {
      assertThat(gateway.exitCode()).isEqualTo(78);
      assertThat(gateway.err().strip())
          .isEqualTo(
              "rollout.canary: " + value + " (expected a number, 0 to 1; 10 percent is 0.1)");
    }
  }
}
