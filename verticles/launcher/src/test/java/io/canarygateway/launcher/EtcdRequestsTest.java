package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.EtcdServer;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests while flags change in a real etcd. */
@Tag("external")
class EtcdRequestsTest {

  @TempDir static Path directory;
  private static EtcdServer etcd;
  private static Upstreams upstreams;
  private final List<GatewayFixture> gateways = new ArrayList<>();

  @BeforeAll
  static void startServers() throws Exception {
    etcd = EtcdServer.start(directory.resolve("etcd"), 1);
    upstreams = new Upstreams();
  }

  @AfterAll
  static void stopServers() throws Exception {
    etcd.close();
    upstreams.close();
  }

  @BeforeEach
  void clear() throws Exception {
    etcd.deleteAll();
  }

  @AfterEach
  void stop() {
    gateways.forEach(GatewayFixture::close);
  }

  private static JsonObject config() {
    return upstreams
        .withoutSidecar()
        .put("etcd", new JsonObject().put("endpoints", new JsonArray(etcd.endpoints())));
  }

  private GatewayFixture start(JsonObject config) throws Exception {
    GatewayFixture gateway = GatewayFixture.start(config);
    gateways.add(gateway);
    return gateway;
  }

  @Test
  void aChangeCountsForTheNextRequestAndADeleteUncoversTheLayerBelow() throws Exception {
    GatewayFixture gateway = start(config().put("strategy", "canary"));
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    etcd.put("strategy", "main");
    await().until(() -> gateway.get("/").body().equals("main"));
    etcd.delete("strategy");
    await().until(() -> gateway.get("/").body().equals("canary"));
    etcd.put("strategy", "main");
    await().until(() -> gateway.get("/").body().equals("main"));
    etcd.put("strategy", "");
    await().until(() -> gateway.get("/").body().equals("canary"));
    assertThat(etcd.value("strategy")).as("an empty value is no fault").isEmpty();
    assertThat(gateway.revision()).isEqualTo(5);
  }

  /** The answer of one sidecar read by the statuses of the other would mean main. */
  @Test
  void noRequestAsksTheSidecarOfOneRevisionByTheStatusesOfAnother() throws Exception {
    GatewayFixture gateway = start(config());
    try (Upstreams others = new Upstreams()) {
      others.sidecar.answerWith(201);
      turnTo(upstreams.sidecar.url(), 200);
      await().until(() -> gateway.get("/").body().equals("canary"));
      AtomicBoolean over = new AtomicBoolean();
      List<CompletableFuture<Set<String>>> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        clients.add(
            CompletableFuture.supplyAsync(
                () -> {
                  Set<String> bodies = new HashSet<>();
                  do { // Also if this thread has been started late.
                    try {
                      bodies.add(gateway.get("/").body());
                    } catch (Exception e) {
                      bodies.add(e.toString());
                    }
                  } while (!over.get());
                  return bodies;
                }));
      }
      for (int i = 0; i < 150; i++) {
        turnTo(i % 2 == 0 ? others.sidecar.url() : upstreams.sidecar.url(), i % 2 == 0 ? 201 : 200);
      }
      over.set(true);
      for (CompletableFuture<Set<String>> client : clients) {
        assertThat(client.get(30, TimeUnit.SECONDS)).containsExactly("canary");
      }
      await().until(() -> gateway.revision() == 152);
    }
  }

  private static void turnTo(String sidecar, int canaryStatus) throws Exception {
    etcd.putAll(
        Map.of(
            "strategy",
            "sidecar",
            "sidecar-url",
            sidecar,
            "canary-sidecar-status",
            Integer.toString(canaryStatus)));
  }
}
