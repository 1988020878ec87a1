package io.canarygateway.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.ConfigException;
import io.canarygateway.fixtures.UnixSocketClient;
import io.canarygateway.fixtures.VerticleHost;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.BreakerTrips;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.MeterBatch;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon's sockets of routes, which come and go while it runs. */
class RouteDaemonTest {

  private static final JsonObject TARGETS =
      new JsonObject()
          .put("main-target", "http://127.0.0.1:1")
          .put("canary-target", "http://127.0.0.1:1");

  @TempDir Path directory;
  private VerticleHost host;

  @AfterEach
  void stop() {
    if (host != null) {
      host.close();
    }
  }

  private Path socket(String name) {
    return directory.resolve(name + ".sock");
  }

  /** A route whose socket and path are its name. */
  private JsonObject route(String name, double canary) {
    return route(name, socket(name)).put("rollout", new JsonObject().put("canary", canary));
  }

  private static JsonObject route(String name, Path socket) {
    return TARGETS
        .copy()
        .put("match", new JsonObject().put("path", new JsonObject().put("prefix", "/" + name)))
        .put("daemon", new JsonObject().put("socket", socket.toString()));
  }

  /** Settings without a socket of the top level. */
  private JsonObject config(JsonObject routes) {
    return TARGETS
        .copy()
        .put("daemon.state-dir", directory.resolve("state").toString())
        .put("routes", routes);
  }

  private JsonObject withTopLevel(JsonObject routes) {
    return config(routes)
        .put("daemon.socket", socket("top").toString())
        .put("rollout", new JsonObject().put("canary", 1));
  }

  private void start(JsonObject config) throws ConfigException {
    host = VerticleHost.with(config);
    host.deploy(
        new UnixSocketDaemonVerticle(host.config().daemon(), host.isNative(), host.registry()));
  }

  private static JsonObject no() {
    return new JsonObject();
  }

  private String location(String name) throws IOException {
    String answer = UnixSocketClient.ask(socket(name), "0.5\n");
    assertThat(answer).startsWith("0.5\n");
    return answer.substring(4).trim();
  }

  private void awaitHealth(Status status, String detail) {
    await()
        .untilAsserted(
            () -> {
              ComponentHealth health = host.health("daemon");
              assertThat(health).isNotNull();
              assertThat(health.status()).isEqualTo(status);
              assertThat(health.detail()).contains(detail);
            });
  }

  @Test
  void eachSocketAnswersForItsRoute() throws Exception {
    start(withTopLevel(no().put("shop", route("shop", 0.4)).put("cart", route("cart", 0.6))));
    assertThat(location("top")).isEqualTo("canary");
    assertThat(location("shop")).isEqualTo("master");
    assertThat(location("cart")).isEqualTo("canary");
    awaitHealth(Status.UP, socket("top") + ", " + socket("cart") + ", " + socket("shop"));
    assertThat(directory).isDirectoryNotContaining("glob:**/.gateway-*");
  }

  @Test
  void theStrategyAndTheKillSwitchAreTheRoutes() throws Exception {
    start(
        withTopLevel(
            no().put("shop", route("shop", 0).put("strategy", "canary"))
                .put("cart", route("cart", 1).put("canary-enabled", false))));
    assertThat(location("shop")).isEqualTo("canary");
    assertThat(location("cart")).isEqualTo("master");
    assertThat(location("top")).isEqualTo("canary");
  }

  @Test
  void aTripConcernsItsRouteAlone() throws Exception {
    start(withTopLevel(no().put("shop", route("shop", 1)).put("cart", route("cart", 1))));
    host.bus()
        .publish(
            Addresses.BREAKER,
            new BreakerTrips(Set.of("cart"), Set.of("shop")),
            Addresses.WITHIN_PROCESS);
    await().until(() -> location("shop").equals("master"));
    assertThat(location("cart")).isEqualTo("canary");
    assertThat(location("top")).isEqualTo("canary");
    host.bus().publish(Addresses.BREAKER, BreakerTrips.NONE, Addresses.WITHIN_PROCESS);
    await().until(() -> location("shop").equals("canary"));
  }

  @Test
  void socketsComeAndGoWithoutARestart() throws Exception {
    start(config(no()));
    assertThat(host.health("daemon")).as("without a socket nothing is said").isNull();
    host.use(config(no().put("shop", route("shop", 1))));
    await().until(() -> Files.exists(socket("shop")));
    assertThat(location("shop")).isEqualTo("canary");
    host.use(config(no().put("shop", route("shop", 0)).put("cart", route("cart", 1))));
    await().until(() -> Files.exists(socket("cart")));
    assertThat(location("shop")).isEqualTo("master");
    assertThat(location("cart")).isEqualTo("canary");
    host.use(config(no().put("cart", route("cart", 1))));
    await().until(() -> !Files.exists(socket("shop")));
    assertThat(location("cart")).isEqualTo("canary");
    awaitHealth(Status.UP, socket("cart").toString());
    host.use(config(no()));
    await().until(() -> !Files.exists(socket("cart")));
    awaitHealth(Status.UP, "no socket");
  }

  @Test
  void aSocketMayMove() throws Exception {
    start(config(no().put("shop", route("shop", socket("one")))));
    await().until(() -> Files.exists(socket("one")));
    host.use(config(no().put("shop", route("shop", socket("two")))));
    await().until(() -> Files.exists(socket("two")));
    assertThat(socket("one")).doesNotExist();
    host.use(
        config(
            no().put("cart", route("cart", socket("two")))
                .put("shop", route("shop", socket("one")))));
    await().until(() -> Files.exists(socket("one")) && Files.exists(socket("two")));
  }

  @Test
  void aSocketThatCannotBeOpenedIsToldAndTriedAgain() throws Exception {
    Files.writeString(socket("shop"), "precious");
    JsonObject config = withTopLevel(no().put("shop", route("shop", 1)));
    start(config);
    assertThat(location("top")).isEqualTo("canary");
    awaitHealth(Status.DEGRADED, "routes.shop.daemon.socket: \"" + socket("shop") + "\"");
    assertThat(socket("shop")).hasContent("precious");
    Files.delete(socket("shop"));
    host.use(config);
    await().until(() -> Files.exists(socket("shop")));
    assertThat(location("shop")).isEqualTo("canary");
    awaitHealth(Status.UP, socket("shop").toString());
    Path nowhere = directory.resolve("nowhere/s");
    host.use(withTopLevel(no().put("cart", route("cart", nowhere))));
    awaitHealth(Status.DEGRADED, "a path in a directory that exists");
    assertThat(location("top")).isEqualTo("canary");
    host.use(withTopLevel(no()));
    awaitHealth(Status.UP, socket("top").toString());
  }

  @Test
  void aKeptConnectionEndsWithItsRoute() throws Exception {
    JsonObject alive = config(no().put("shop", route("shop", 1))).put("daemon.keep-alive", true);
    start(alive);
    try (SocketChannel channel = UnixSocketClient.connect(socket("shop"))) {
      UnixSocketClient.write(channel, "0.5\n0.");
      ByteBuffer answer = ByteBuffer.allocate("0.5\ncanary\n".length());
      while (answer.hasRemaining()) { // Then all that was written has been read.
        assertThat(channel.read(answer)).isPositive();
      }
      host.use(config(no()).put("daemon.keep-alive", true));
      await().until(() -> !Files.exists(socket("shop")));
      UnixSocketClient.write(channel, "25\n");
      assertThat(StandardCharsets.US_ASCII.decode(answer.flip()).toString())
          .isEqualTo("0.5\ncanary\n");
      assertThat(UnixSocketClient.readAll(channel)).isEqualTo("0.25\ncanary\n");
    }
  }

  @Test
  void metersBearTheRoute() throws Exception {
    Queue<MeterBatch> batches = new ConcurrentLinkedQueue<>();
    start(withTopLevel(no().put("shop", route("shop", 1))));
    host.bus().<MeterBatch>localConsumer(Addresses.METERS, message -> batches.add(message.body()));
    location("shop");
    location("top");
    location("top");
    String answers = "gateway_daemon_answers_total{location=\"canary\"";
    assertThat(host.metric(answers + ",route=\"shop\"}")).isEqualTo(1);
    assertThat(host.metric(answers + "}")).isEqualTo(2);
    await()
        .untilAsserted(
            () -> {
              assertThat(batches)
                  .flatExtracting(MeterBatch::counts)
                  .contains(
                      new MeterBatch.Count(
                          "handler.success", Map.of("location", "canary", "route", "shop"), 1));
              assertThat(batches)
                  .flatExtracting(MeterBatch::samples)
                  .extracting(MeterBatch.Samples::tags)
                  .contains(Map.of("route", "shop"), Map.of());
            });
    host.use(withTopLevel(no()));
    await().until(() -> !host.metrics().contains("route=\"shop\""));
  }

  @Test
  void eachApplicationHasItsMaintenanceFile() throws Exception {
    JsonObject maintained = route("shop", 0);
    maintained.getJsonObject("rollout").put("maintenance", 0.1);
    JsonObject other = route("cart", 0).put("application", "basket");
    other.getJsonObject("rollout").put("maintenance", 1);
    JsonObject without = route("none", 0);
    without.remove("daemon");
    without.getJsonObject("rollout").put("maintenance", 1);
    start(config(no().put("shop", maintained).put("cart", other).put("none", without)));
    Path files = directory.resolve("state/maintenance");
    await().until(() -> Files.exists(files.resolve("shop")));
    await().until(() -> Files.exists(files.resolve("basket")));
    assertThat(files.resolve("none")).doesNotExist();
    assertThat(files.resolve("app")).doesNotExist();
    maintained.getJsonObject("rollout").put("maintenance", 0);
    host.use(config(no().put("shop", maintained).put("cart", other)));
    await().until(() -> !Files.exists(files.resolve("shop")));
    assertThat(files.resolve("basket")).exists();
  }

  @Test
  void anApplicationIsInMaintenanceIfOneOfItsRoutesIs() throws Exception {
    JsonObject on = route("shop", 0).put("application", "both");
    on.getJsonObject("rollout").put("maintenance", 1);
    JsonObject off = route("cart", 0).put("application", "both");
    off.getJsonObject("rollout").put("maintenance", 0);
    host = VerticleHost.with(config(no().put("shop", on).put("cart", off)));
    assertThat(Maintenance.of(host.config().daemon(), host.config()))
        .hasSize(1)
        .allSatisfy(
            (application, rollout) -> {
              assertThat(application).isEqualTo("both");
              assertThat(rollout).hasValue(1);
            });
  }
}
