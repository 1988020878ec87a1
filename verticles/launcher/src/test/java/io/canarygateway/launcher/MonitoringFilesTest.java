package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Installed;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts and the board, against the metrics of a gateway that uses all features. */
class MonitoringFilesTest {

  private static final Path CONF = Path.of("..", "..", "conf");

  /** A name of a metric. The names that the rules record have colons. */
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:gateway|jvm|process|canary_router|vertx)_[a-z0-9_]+\\b(?!:)");

  /** Metrics that only another installation has: one with DogStatsD or a sink of metrics. */
  private static final Set<String> ELSEWHERE = Set.of("gateway_metrics_sink_dropped_total");

  @TempDir private static Path directory;

  private static String metrics = "";

  @BeforeAll
  static void collect() throws Exception {
    try (Upstreams upstreams = new Upstreams()) {
      upstreams.canary.answerWith(500);
      Path flags = Files.createDirectory(directory.resolve("flagz"));
      JsonObject config = upstreams.withoutSidecar();
      config
          .put("flags", new JsonObject().put("directory", flags.toString()))
          .put("strategy", "rollout")
          .put("rollout", new JsonObject().put("canary", 0.5))
          .put("circuit-breaker", new JsonObject().put("error-limit-canary", 3))
          .put(
              "release",
              new JsonObject()
                  .put("version", "v2")
                  .put("steps", new JsonArray().add(0.5).add(1))
                  .put("state-dir", directory.toString()));
      JsonObject route = config.copy().put("match", new JsonObject().put("hosts", List.of("shop")));
      route.remove("flags");
      route.getJsonObject("release").remove("state-dir");
      config.put("routes", new JsonObject().put("shop", route));
      try (GatewayFixture gateway = GatewayFixture.start(config)) {
        for (int i = 0; i < 10; i++) {
          gateway.get("/");
        }
        System.gc(); // The metrics of pauses begin with the first one, a moment after it.
        await()
            .untilAsserted(
                () -> {
                  metrics = gateway.metrics();
                  assertThat(metrics)
                      .contains("jvm_gc_pause_seconds_sum")
                      // A worker makes them.
                      .contains("gateway_release_state", "gateway_release_dropped_total");
                });
      }
    }
  }

  @AfterAll
  static void forget() {
    metrics = "";
  }

  private static Set<String> shown() {
    return metrics
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toSet());
  }

  private static Set<String> named(Stream<String> expressions) {
    Set<String> names =
        expressions
            .flatMap(text -> METRIC.matcher(text).results().map(MatchResult::group))
            .collect(Collectors.toCollection(TreeSet::new));
    names.removeAll(ELSEWHERE);
    return names;
  }

  @Test
  void theBoardShowsMetricsThatExist() throws Exception {
    JsonObject board = new JsonObject(Files.readString(CONF.resolve("grafana-dashboard.json")));
    List<String> expressions =
        board.getJsonArray("panels").stream()
            .map(JsonObject.class::cast)
            .flatMap(panel -> panel.getJsonArray("targets", new JsonArray()).stream())
            .map(target -> ((JsonObject) target).getString("expr"))
            .toList();
    assertThat(expressions).hasSizeGreaterThan(20);
    assertThat(shown()).containsAll(named(expressions.stream()));
  }

  @Test
  void theRulesUseMetricsThatExist() throws Exception {
    Set<String> names = named(Files.readString(CONF.resolve("prometheus-rules.yaml")).lines());
    assertThat(names).hasSizeGreaterThan(10);
    assertThat(shown()).containsAll(names);
  }

  @Test
  @Tag("external")
  void theRulesAreValidAndAlertAsTheirTestSays() throws Exception {
    String rules = CONF.resolve("prometheus-rules.yaml").toString();
    assertThat(promtool(null, "check", "rules", rules)).startsWith("0 ").contains("SUCCESS");
    String test = CONF.resolve("prometheus-rules-test.yaml").toString();
    assertThat(promtool(null, "test", "rules", test)).startsWith("0 ").contains("SUCCESS");
  }

  @Test
  @Tag("external")
  void theMetricsHaveGoodNamesButForThoseOfCanaryRouter() throws Exception {
    Path page = Files.writeString(directory.resolve("metrics"), metrics);
    String[] answer = promtool(page.toFile(), "check", "metrics").split(" ", 2);
    assertThat(answer[1].lines().map(line -> line.split(" ", 2)[0]).collect(Collectors.toSet()))
        .isSubsetOf("canary_router_request_count");
    assertThat(answer[0]).as(answer[1]).isIn("0", "3");
  }

  /** The exit code, a space, and what the command printed. */
  private static String promtool(File input, String... arguments) throws Exception {
    Path log = directory.resolve("promtool");
    ProcessBuilder builder =
        new ProcessBuilder(
                Stream.concat(
                        Stream.of(Installed.command("promtool", "prometheus")),
                        Stream.of(arguments))
                    .toList())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    if (input != null) {
      builder.redirectInput(input);
    }
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() + " " + Files.readString(log);
  }
}
