package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Edits of the configuration file while requests come. */
class HotReloadTest {

  @TempDir Path directory;
  private Upstreams upstreams;
  private GatewayFixture gateway;
  private Path file;

  @BeforeEach
  void start() throws Exception {
    upstreams = new Upstreams();
    file = directory.resolve("config.json");
    write(upstreams.config());
    gateway = GatewayFixture.start(upstreams.config(), file);
  }

  @AfterEach
  void stop() {
    gateway.close();
    upstreams.close();
  }

  /** Writes as an editor does: a new file renamed over the old one. */
  private void write(JsonObject config) throws Exception {
    rename(GatewayFixture.onFreePorts(config).encodePrettily());
  }

  private void rename(String text) throws Exception {
    Path next = directory.resolve("next");
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void awaitRevision(long revision) {
    await().until(() -> gateway.metric("gateway_config_revision") == revision);
  }

  @Test
  void dynamicSettingsCountForTheNextRequestOnTheSameConnection() throws Exception {
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("canary");
      write(
          upstreams
              .config()
              .put("main-target", upstreams.canary.url() + "/base")
              .put("canary-target", upstreams.main.url())
              .put("canary-header-host", "new.example.com")
              .put("trim-prefix", "/a"));
      awaitRevision(2);
      client.send("GET /a/b HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("main");
    }
    Upstreams.Seen seen = upstreams.main.seen.get(0);
    assertThat(seen.uri()).isEqualTo("/b");
    assertThat(seen.headers().get("Host")).isEqualTo("new.example.com");
    // Whatever kept a connection to a target that is no more has let it go, but for the sidecar.
    write(upstreams.config().put("sidecar-url", upstreams.main.url()));
    awaitRevision(3);
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    await().untilAsserted(() -> assertThat(upstreams.sidecar.connections).hasValue(0));
  }

  @Test
  void limitsAndStatusesAndStrategyChangeLive() throws Exception {
    gateway.get("/");
    write(
        upstreams.config().put("circuit-breaker", new JsonObject().put("request-limit-canary", 1)));
    awaitRevision(2);
    assertThat(gateway.get("/").body()).as("the count goes on").isEqualTo("main");
    write(upstreams.config().put("canary-sidecar-status", 202));
    awaitRevision(3);
    assertThat(gateway.get("/").body()).isEqualTo("main");
    write(upstreams.config().put("strategy", "canary"));
    awaitRevision(4);
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    write(upstreams.withoutSidecar());
    awaitRevision(5);
    assertThat(gateway.get("/").body()).isEqualTo("main");
  }

  @Test
  void aBrokenEditIsRefusedWholeAndOnce() throws Exception {
    rename("{\"main-target\": \"http://127.0.0.1:1\", \"canary-target\": 5}");
    await().until(() -> gateway.metric("gateway_flag_rejections_total{source=\"conf\"}") == 1);
    assertThat(gateway.get("/", "X-Canary", "false").body()).isEqualTo("main");
    rename("{ not json");
    await().until(() -> gateway.metric("gateway_flag_rejections_total{source=\"conf\"}") == 2);
    Files.delete(file);
    await().until(() -> gateway.metric("gateway_flag_rejections_total{source=\"conf\"}") == 3);
    assertThat(gateway.metric("gateway_config_revision")).isEqualTo(1);
    write(upstreams.config().put("strategy", "main"));
    awaitRevision(2);
    assertThat(gateway.get("/").body()).isEqualTo("main");
    assertThat(gateway.metric("gateway_flag_rejections_total{source=\"conf\"}")).isEqualTo(3);
  }

  @Test
  void aChangedStaticSettingWaitsForARestartTheRestCounts() throws Exception {
    int port = gateway.port();
    JsonObject edited = GatewayFixture.onFreePorts(upstreams.config().put("strategy", "main"));
    edited.getJsonObject("router-server").put("port", 1);
    rename(edited.encode());
    awaitRevision(2);
    assertThat(gateway.port()).isEqualTo(port);
    assertThat(gateway.get("/").body()).isEqualTo("main");
  }

  @Test
  void aRequestKeepsTheSettingsThatItBeganWith() throws Exception {
    java.util.concurrent.CompletableFuture<Runnable> answer =
        new java.util.concurrent.CompletableFuture<>();
    upstreams.sidecar.answer(request -> answer.complete(() -> request.response().end()));
    gateway.close();
    JsonObject patient =
        upstreams
            .config()
            .put(
                "proxy-client",
                new JsonObject().put("to-sidecar", new JsonObject().put("timeout", "60s")));
    write(patient);
    gateway = GatewayFixture.start(patient, file);
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      Runnable sidecarAnswers = answer.get(30, java.util.concurrent.TimeUnit.SECONDS);
      write(upstreams.withoutSidecar().put("canary-target", "http://127.0.0.1:1"));
      awaitRevision(2);
      sidecarAnswers.run();
      client.readUntil("canary");
    }
  }

  @Test
  void aValueThatFitsAnotherDeclarationOnlyIsRefused() throws Exception {
    gateway.close();
    write(declaring("int64", 5));
    gateway = GatewayFixture.start(declaring("int64", 5), file);
    write(declaring("string", "five").put("strategy", "main"));
    await().until(() -> gateway.metric("gateway_flag_rejections_total{source=\"conf\"}") == 1);
    assertThat(gateway.flag("limit")).isEqualTo("5");
    write(declaring("int64", 6).put("strategy", "main"));
    await().until(() -> gateway.flag("limit").equals("6"));
    assertThat(gateway.get("/").body()).isEqualTo("main");
  }

  private JsonObject declaring(String type, Object value) {
    JsonObject declare = new JsonObject().put("limit", new JsonObject().put("type", type));
    return upstreams
        .config()
        .put("flags", new JsonObject().put("declare", declare))
        .put("limit", value);
  }

  @Test
  void aFileThatACompanionNamesIsWatchedToo() throws Exception {
    gateway.close();
    Path prefix = Files.writeString(directory.resolve("prefix"), "/a\n");
    JsonObject config = upstreams.config().put("trim-prefix_path", prefix.toString());
    write(config);
    gateway = GatewayFixture.start(config, file);
    assertThat(gateway.flag("trim-prefix")).isEqualTo("/a");
    assertThat(gateway.flag("trim-prefix_path")).isEqualTo(prefix.toString());
    Files.writeString(prefix, "/longer\n");
    await().until(() -> gateway.flag("trim-prefix").equals("/longer"));
    Files.delete(prefix);
    await().until(() -> gateway.health("conf").getString("status").equals("DEGRADED"));
    Files.writeString(prefix, "/back\n");
    await().until(() -> gateway.flag("trim-prefix").equals("/back"));
    assertThat(gateway.health("conf").getString("status")).isEqualTo("UP");
  }
}
