package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.GatewayProcess;
import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.JudgeSettings;
import io.canarygateway.judge.LatencyBounds;
import io.canarygateway.judge.WeightCounts;
import io.canarygateway.release.Receipt;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands of the fat jar about releases: {@code judge} and {@code rehearse}. */
class ReleaseCommandsIT {

  @TempDir Path directory;

  private static String receipt(String verdict) {
    List<Long> none = Collections.nCopies(LatencyBounds.COUNT, 0L);
    List<WeightCounts> counts =
        List.of(new WeightCounts(0.1, 1_000, 9_000, 1_000, 12, 12, 4, none, none));
    JudgeSettings judge = JudgeSettings.DEFAULT;
    Evidence evidence = Evidence.of(counts, judge);
    return new Receipt(
            1, "shop", "2", verdict, "", false, "", 2, 0.1, judge, counts, evidence, 1, "n", 1, 2,
            3)
        .toJson();
  }

  private GatewayProcess judge(String json) throws Exception {
    Path file = Files.writeString(directory.resolve("receipt.json"), json);
    return GatewayProcess.start(directory, "judge", file.toString());
  }

  @Test
  void aReceiptThatHoldsIsExitCode0() throws Exception {
    try (GatewayProcess gateway = judge("[" + receipt("reverted") + "]")) {
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.err()).isEmpty();
      assertThat(gateway.out()).startsWith("route shop, version 2: reverted in step 2");
      assertThat(gateway.out().strip()).endsWith("computed anew, and says reverted.");
    }
  }

  @Test
  void aReceiptThatDoesNotHoldIsExitCode1() throws Exception {
    try (GatewayProcess gateway = judge(receipt("promoted"))) {
      assertThat(gateway.exitCode()).isEqualTo(1);
      assertThat(gateway.err()).isEmpty();
      assertThat(gateway.out()).contains("NOT the same: the verdict is promoted");
    }
  }

  @Test
  void whatIsNoReceiptIsOneLineAndExitCode1() throws Exception {
    try (GatewayProcess gateway = judge("{\"format\": 2}")) {
      assertThat(gateway.exitCode()).isEqualTo(1);
      assertThat(gateway.out()).isEmpty();
      assertThat(gateway.err().strip()).isEqualTo("format: 2 (expected a whole number, 1 to 1)");
    }
  }

  @ParameterizedTest
  @CsvSource({"missing.json, no such file", "., a file that cannot be read"})
  void aFileThatCannotBeReadIsExitCode66(String file, String found) throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(directory, "judge", file)) {
      assertThat(gateway.exitCode()).isEqualTo(66);
      assertThat(gateway.err().strip())
          .isEqualTo("judge: " + found + " \"" + file + "\" (expected a file of receipts)");
    }
  }

  @Test
  void aRehearsalServesMainAsCanaryAlsoAfterAnEdit() throws Exception {
    JsonObject config = Demo.demo();
    config.remove("sidecar-url");
    config
        .put("strategy", "rollout")
        .put("rollout", new JsonObject().put("canary", 0.5))
        .put(
            "release",
            new JsonObject()
                .put("version", "2")
                .put("state-dir", directory.resolve("state").toString()));
    config.getJsonObject("demo").put("enabled", true);
    Path file = Files.writeString(directory.resolve("config.json"), config.encode());
    try (GatewayProcess gateway =
        GatewayProcess.start(directory, "rehearse", "-conf", file.toString()).awaitReady()) {
      await().until(() -> gateway.out().contains("serving a rehearsal"));
      await().until(() -> gateway.out().contains("releases change nothing: the default route"));
      assertThat(value(config, "canary-target")).isEqualTo(config.getString("main-target"));
      config.getJsonObject("rollout").put("canary", 0.4);
      Files.writeString(file, config.encode());
      await().until(() -> value(config, "rollout.canary").equals("0.4"));
      assertThat(value(config, "release.mode")).isEqualTo("observe");
      assertThat(value(config, "canary-target")).isEqualTo(config.getString("main-target"));
      assertThat(Demo.get(Demo.router(config) + "/x")).startsWith("Hello from main");
    }
  }

  /** The value of a flag that is in force. */
  private static String value(JsonObject config, String flag) throws Exception {
    int port = config.getJsonObject("instrumentation").getInteger("port");
    return new JsonObject(Demo.get("http://127.0.0.1:" + port + "/debug/flagz"))
        .getJsonArray("flags").stream()
            .map(JsonObject.class::cast)
            .filter(each -> each.getString("name").equals(flag))
            .map(each -> String.valueOf(each.getValue("current_value")))
            .findFirst()
            .orElseThrow();
  }
}
