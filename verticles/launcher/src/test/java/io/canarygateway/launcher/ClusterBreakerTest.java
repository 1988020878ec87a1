package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.JournalLines;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The circuit breaker's limits over several nodes, on a real Hazelcast cluster on 127.0.0.1. */
class ClusterBreakerTest {

  private static final int CONCURRENCY = 64;

  @TempDir Path directory;
  private final ClusterNodes cluster = new ClusterNodes();

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private JsonObject config(int node, String limit, long value) {
    return cluster
        .config(node)
        .put("strategy", "canary")
        .put("circuit-breaker", new JsonObject().put(limit, value));
  }

  private List<GatewayFixture> nodes(String limit, long value) throws Exception {
    List<Callable<GatewayFixture>> nodes = new ArrayList<>();
    for (int i = 0; i < ClusterNodes.SIZE; i++) {
      JsonObject config = config(i, limit, value);
      nodes.add(() -> cluster.start(config));
    }
    List<GatewayFixture> gateways = cluster.startAll(nodes);
    for (GatewayFixture gateway : gateways) {
      awaitQuorum(gateway, ClusterNodes.SIZE);
    }
    return gateways;
  }

  private static void awaitQuorum(GatewayFixture gateway, int nodes) {
    within(15)
        .untilAsserted(
            () -> {
              assertThat(gateway.metric("gateway_breaker_cluster_nodes")).isEqualTo(nodes);
              assertThat(gateway.metric("gateway_breaker_cluster_quorum")).isEqualTo(1);
            });
  }

  private static ConditionFactory within(int seconds) {
    return await().atMost(Duration.ofSeconds(seconds));
  }

  /** Posts in turn to each, so many at a time; all have to be answered. */
  private void posts(List<GatewayFixture> gateways, int count) throws Exception {
    Semaphore room = new Semaphore(CONCURRENCY);
    List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GatewayFixture gateway = gateways.get(i % gateways.size());
      room.acquire();
      HttpRequest request =
          HttpRequest.newBuilder(gateway.uri("/"))
              .POST(HttpRequest.BodyPublishers.ofString("foo bar"))
              .build();
      all.add(
          gateway
              .client()
              .sendAsync(request, HttpResponse.BodyHandlers.ofString())
              .whenComplete((response, failure) -> room.release()));
    }
    for (CompletableFuture<HttpResponse<String>> response : all) {
      assertThat(response.get().body()).isIn("main", "canary");
    }
  }

  private int canary() {
    return cluster.upstreams.canary.seen.size();
  }

  @Test
  void theRequestLimitIsReachedExactlyOverAllNodes() throws Exception {
    List<GatewayFixture> gateways = nodes("request-limit-canary", 1000);
    posts(gateways, 4000);
    assertThat(canary()).isEqualTo(1000);
    for (GatewayFixture gateway : gateways) {
      assertThat(gateway.metric("gateway_breaker_requests")).isPositive();
      within(5)
          .untilAsserted(
              () ->
                  assertThat(gateway.metric("gateway_breaker_cluster_used_requests"))
                      .isEqualTo(1000));
      posts(List.of(gateway), 1);
      assertThat(gateway.routed("main", "Canary request limit reached")).isPositive();
    }
    assertThat(canary()).isEqualTo(1000);
  }

  @Test
  void oneNodeCanUseUpWhatTheOthersDoNotNeed() throws Exception {
    List<GatewayFixture> gateways = nodes("request-limit-canary", 300);
    GatewayFixture busy = gateways.get(1);
    within(20)
        .untilAsserted(
            () -> {
              posts(List.of(busy), 50);
              assertThat(canary()).isEqualTo(300);
            });
    posts(gateways, 30);
    assertThat(canary()).isEqualTo(300);
  }

  @Test
  void theErrorLimitIsNeverOvershotAndSeenByAll() throws Exception {
    cluster.upstreams.canary.answerWith(500);
    List<GatewayFixture> gateways = nodes("error-limit-canary", 40);
    within(20)
        .untilAsserted(
            () -> {
              for (int i = 0; i < 100; i++) {
                gateways.get(0).get("/");
              }
              assertThat(canary()).isEqualTo(40);
            });
    for (GatewayFixture gateway : gateways) {
      assertThat(gateway.get("/").body()).isEqualTo("main");
      assertThat(gateway.routed("main", "Canary error limit reached")).isPositive();
      within(5)
          .untilAsserted(
              () ->
                  assertThat(gateway.health("breaker").getJsonObject("data").getString("detail"))
                      .isEqualTo("canary error limit reached: 40 of 40"));
    }
    assertThat(canary()).isEqualTo(40);
  }

  @Test
  void successesUseNoErrorLease() throws Exception {
    List<GatewayFixture> gateways = nodes("error-limit-canary", 200);
    posts(gateways, 600);
    int before = canary();
    assertThat(before).isGreaterThan(500);
    for (GatewayFixture gateway : gateways) {
      assertThat(gateway.metric("gateway_breaker_reservations")).isZero();
    }
  }

  @Test
  void aLimitChangedLiveHoldsOverAllNodes() throws Exception {
    List<Path> files = new ArrayList<>();
    List<Callable<GatewayFixture>> nodes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Path file = directory.resolve("config" + i + ".json");
      JsonObject config = GatewayFixture.onFreePorts(config(i, "request-limit-canary", 600));
      Files.writeString(file, config.encode());
      files.add(file);
      nodes.add(() -> cluster.start(config, file));
    }
    List<GatewayFixture> gateways = cluster.startAll(nodes);
    for (GatewayFixture gateway : gateways) {
      awaitQuorum(gateway, 3);
    }
    posts(gateways, 150);
    assertThat(canary()).isEqualTo(150);
    change(files, gateways, 300);
    posts(gateways, 600);
    within(10)
        .untilAsserted(
            () -> {
              posts(gateways, 30);
              assertThat(canary()).isEqualTo(300);
            });
    change(files, gateways, 450);
    within(10)
        .untilAsserted(
            () -> {
              posts(gateways, 30);
              assertThat(canary()).isEqualTo(450);
            });
    change(files, gateways, 100);
    posts(gateways, 60);
    assertThat(canary()).isEqualTo(450);
  }

  private static void change(List<Path> files, List<GatewayFixture> gateways, long limit)
      throws Exception {
    for (Path file : files) {
      JsonObject config = new JsonObject(Files.readString(file));
      config.getJsonObject("circuit-breaker").put("request-limit-canary", limit);
      Files.writeString(file, config.encode());
    }
    for (GatewayFixture gateway : gateways) {
      within(10)
          .until(
              () ->
                  gateway
                      .flag("circuit-breaker.request-limit-canary")
                      .equals(Long.toString(limit)));
    }
  }

  @Test
  void whoComesLateKnowsAtOnceAndWhoLeavesReturnsItsLease() throws Exception {
    List<GatewayFixture> two =
        cluster.startAll(
            List.of(
                () -> cluster.start(config(0, "request-limit-canary", 400)),
                () -> cluster.start(config(1, "request-limit-canary", 400))));
    GatewayFixture first = two.get(0);
    GatewayFixture second = two.get(1);
    awaitQuorum(first, 2);
    awaitQuorum(second, 2);
    posts(List.of(first, second), 100);
    GatewayFixture late = cluster.start(config(2, "request-limit-canary", 400));
    awaitQuorum(late, 3);
    assertThat(late.metric("gateway_breaker_cluster_granted_requests")).isGreaterThan(100);
    posts(List.of(late), 1);
    assertThat(canary()).isEqualTo(101);
    assertThat(late.metric("gateway_breaker_lease_requests")).isPositive();
    late.close();
    within(5).until(() -> first.metric("gateway_breaker_cluster_nodes") == 2);
    within(10)
        .untilAsserted(
            () -> {
              posts(List.of(first, second), 50);
              assertThat(canary()).isEqualTo(400);
            });
    posts(List.of(first, second), 50);
    assertThat(canary()).isEqualTo(400);
    GatewayFixture again = cluster.start(config(2, "request-limit-canary", 400));
    assertThat(again.get("/").body()).isEqualTo("main");
    assertThat(again.routed("main", "Canary request limit reached")).isEqualTo(1);
  }

  @Test
  void aWindowAndGenerationsAreToldToHaveNoEffect() throws Exception {
    JsonObject config = config(0, "error-limit-canary", 100);
    config.getJsonObject("circuit-breaker").put("window", "1m").put("generation", "x");
    try (JournalLines log = new JournalLines("io.canarygateway.proxy")) {
      cluster.start(config);
      assertThat(
              log.saying(
                  "circuit-breaker.window and circuit-breaker.generation have no effect in a"
                      + " cluster"))
          .hasSize(1);
    }
  }

  @Test
  void aMinorityLeasesNothing() throws Exception {
    GatewayFixture alone = cluster.start(config(0, "request-limit-canary", 100));
    assertThat(alone.get("/").body()).isEqualTo("main");
    assertThat(alone.routed("main", "Canary limit not leased")).isEqualTo(1);
    within(5)
        .untilAsserted(
            () -> {
              JsonObject health = alone.health("breaker");
              assertThat(health.getString("status")).isEqualTo("DEGRADED");
              assertThat(health.encode()).contains("1 of 3 nodes");
            });
    cluster.start(config(1, "request-limit-canary", 100));
    within(10).until(() -> alone.get("/").body().equals("canary"));
    within(5).until(() -> alone.health("breaker").getString("status").equals("UP"));
  }

  @Test
  void withoutLimitsAllGoesToCanary() throws Exception {
    GatewayFixture alone = cluster.start(config(0, "request-limit-canary", 0));
    assertThat(alone.get("/").body()).isEqualTo("canary");
    within(5).until(() -> alone.health("breaker").getString("status").equals("UP"));
  }
}
