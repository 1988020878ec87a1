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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A line of the daemon, a cookie and a header with the same assignment get the same answer. */
class DaemonRulesTest {

  @TempDir Path directory;
  private Upstreams upstreams;
  private GatewayFixture gateway;
  private JsonObject config;

  @BeforeEach
  void start() {
    upstreams = new Upstreams();
    config =
        upstreams
            .withoutSidecar()
            .put("rollout", new JsonObject().put("canary", 0.5))
            .put("daemon", new JsonObject().put("socket", socket().toString()));
  }

  @AfterEach
  void stop() {
    gateway.close();
    upstreams.close();
  }

  private Path socket() {
    return directory.resolve("d.sock");
  }

  private Path write() throws Exception {
    Path next = directory.resolve("next");
    Files.writeString(next, GatewayFixture.onFreePorts(config).encode());
    return Files.move(next, directory.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
  }

  private String location(String assignment) throws Exception {
    String answer = UnixSocketClient.ask(socket(), assignment + "\n");
    assertThat(answer).startsWith(assignment + "\n");
    return answer.substring(assignment.length() + 1).trim();
  }

  private void assertAllSay(String assignment, String target) throws Exception {
    assertThat(location(assignment)).isEqualTo(target.equals("main") ? "master" : target);
    assertThat(gateway.get("/", "maxwellsdaemon", assignment).body()).isEqualTo(target);
    assertThat(gateway.get("/", "Cookie", "maxwellsdaemon=" + assignment).body()).isEqualTo(target);
  }

  @ParameterizedTest
  @CsvSource({
    "rollout, true, canary, main",
    "main, true, main, main",
    "canary, true, canary, canary",
    "rollout, false, main, main",
    "canary, false, main, main"
  })
  void allThreeFollowTheSameRules(String strategy, boolean enabled, String low, String high)
      throws Exception {
    gateway = GatewayFixture.start(config.put("strategy", strategy).put("canary-enabled", enabled));
    assertAllSay("0.25", low);
    assertAllSay("0.75", high);
    assertThat(UnixSocketClient.ask(socket(), "nonsense\n")).endsWith("\nmaster\n");
  }

  @Test
  void withASidecarTheDaemonFollowsTheRollout() throws Exception {
    gateway = GatewayFixture.start(config.put("sidecar-url", upstreams.sidecar.url()));
    assertThat(location("0.25")).isEqualTo("canary");
    assertThat(location("0.75")).isEqualTo("master");
  }

  @Test
  void theKillSwitchCountsForTheNextLine() throws Exception {
    gateway = GatewayFixture.start(config, write());
    assertAllSay("0.25", "canary");
    config.put("canary-enabled", false);
    write();
    await().until(() -> location("0.25").equals("master"));
    await().untilAsserted(() -> assertAllSay("0.25", "main"));
    config.put("canary-enabled", true);
    write();
    await().until(() -> location("0.25").equals("canary"));
  }

  @ParameterizedTest
  @CsvSource({"rollout, 0.25", "canary, 0.75"})
  void aTrippedErrorLimitMakesItSayMasterUntilItEnds(String strategy, String assignment)
      throws Exception {
    JsonObject breaker = new JsonObject().put("error-limit-canary", 1);
    config.put("strategy", strategy).put("circuit-breaker", breaker);
    gateway = GatewayFixture.start(config, write());
    assertAllSay(assignment, "canary");
    upstreams.canary.answerWith(500);
    assertThat(gateway.get("/", "maxwellsdaemon", assignment).statusCode()).isEqualTo(500);
    upstreams.canary.answerWith(200);
    await().until(() -> location(assignment).equals("master"));
    await().untilAsserted(() -> assertAllSay(assignment, "main"));
    breaker.put("generation", "again");
    write();
    await().until(() -> location(assignment).equals("canary"));
    await().untilAsserted(() -> assertAllSay(assignment, "canary"));
  }

  @Test
  void aRequestLimitIsNoMatterOfTheDaemons() throws Exception {
    JsonObject breaker = new JsonObject().put("request-limit-canary", 1);
    gateway = GatewayFixture.start(config.put("circuit-breaker", breaker));
    assertAllSay("0.75", "main");
    assertThat(gateway.get("/", "maxwellsdaemon", "0.25").body()).isEqualTo("canary");
    assertThat(gateway.get("/", "maxwellsdaemon", "0.25").body()).isEqualTo("main");
    await().until(() -> gateway.metric("gateway_breaker_tripped{limit=\"requests\"}") == 1);
    assertThat(location("0.25")).isEqualTo("canary");
  }
}
