package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Crowd;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/**
 * Gateways of one cluster that share limits. Each object, and each reset, has counts of its own.
 */
final class LimitedCluster {

  final ClusterNodes cluster = new ClusterNodes();
  private String generation = UUID.randomUUID().toString();
  private final JsonObject engine;
  private final Path directory;
  private final List<Path> files = new ArrayList<>();

  /**
   * Gateways that do not run yet.
   *
   * @param engine the sections that name the keeper of the limits
   * @param directory for the configuration files of {@link #watched}
   */
  LimitedCluster(JsonObject engine, Path directory) {
    this.engine = engine;
    this.directory = directory;
  }

  JsonObject config(int node, String limit, long value) {
    return cluster
        .config(node)
        .put("strategy", "canary")
        .put("circuit-breaker", new JsonObject().put(limit, value).put("generation", generation))
        .mergeIn(engine, true);
  }

  GatewayFixture node(int node, String limit, long value) throws Exception {
    return cluster.start(config(node, limit, value));
  }

  List<GatewayFixture> nodes(String limit, long value) throws Exception {
    List<Callable<GatewayFixture>> nodes = new ArrayList<>();
    for (int i = 0; i < ClusterNodes.SIZE; i++) {
      int number = i;
      nodes.add(() -> node(number, limit, value));
    }
    return cluster.startAll(nodes);
  }

  /** Nodes whose configuration files are watched. */
  List<GatewayFixture> watched(String limit, long value) throws Exception {
    List<Callable<GatewayFixture>> nodes = new ArrayList<>();
    for (int i = 0; i < ClusterNodes.SIZE; i++) {
      Path file = directory.resolve("config" + i + ".json");
      JsonObject config = GatewayFixture.onFreePorts(config(i, limit, value));
      Files.writeString(file, config.encode());
      files.add(file);
      nodes.add(() -> cluster.start(config, file));
    }
    return cluster.startAll(nodes);
  }

  /** Sets a key of the circuit breaker in the files of {@link #watched}, and waits for all. */
  void change(List<GatewayFixture> gateways, String key, Object value) throws Exception {
    write(breaker -> breaker.put(key, value));
    await(gateways, key, value);
  }

  /** Gives the nodes of {@link #watched} one limit, and counts that begin at 0. */
  void reset(List<GatewayFixture> gateways, String limit, long value) throws Exception {
    cluster.upstreams.canary.answerWith(200);
    generation = UUID.randomUUID().toString();
    write(breaker -> breaker.clear().put(limit, value).put("generation", generation));
    await(gateways, "generation", generation);
    await(gateways, limit, value);
    if (value > 0) {
      awaitLeases(gateways, limit);
    }
    cluster.upstreams.canary.seen.clear();
  }

  /** Waits until each node has leased some of a limit, so that its next requests find a lease. */
  void awaitLeases(List<GatewayFixture> gateways, String limit) {
    String leased =
        "gateway_breaker_lease_" + (limit.startsWith("request") ? "requests" : "errors");
    for (GatewayFixture gateway : gateways) {
      Awaitility.await().until(() -> gateway.metric(leased) > 0);
    }
  }

  private void write(Consumer<JsonObject> change) throws Exception {
    for (Path file : files) {
      JsonObject config = new JsonObject(Files.readString(file));
      change.accept(config.getJsonObject("circuit-breaker"));
      Files.writeString(file, config.encode());
    }
  }

  private static void await(List<GatewayFixture> gateways, String key, Object value) {
    for (GatewayFixture gateway : gateways) {
      Awaitility.await()
          .until(() -> gateway.flag("circuit-breaker." + key).equals(value.toString()));
    }
  }

  /** Posts in turn to each, with a crowd of clients; all have to be answered. */
  void posts(List<GatewayFixture> gateways, int count) throws Exception {
    List<Integer> ports = gateways.stream().map(GatewayFixture::port).toList();
    assertThat(Crowd.post(ports, count, () -> {})).hasSize(count).isSubsetOf("main", "canary");
  }

  /** Posts until canary has got so many, which has to be the limit. */
  void postsUntil(List<GatewayFixture> gateways, int canary) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              posts(gateways, 30);
              assertCanary(gateways, canary);
            });
  }

  /** Canary has got so many; otherwise the nodes' reasons say why. */
  void assertCanary(List<GatewayFixture> gateways, int expected) throws Exception {
    if (canary() != expected) {
      List<String> reasons = new ArrayList<>();
      for (GatewayFixture gateway : gateways) {
        gateway
            .metrics()
            .lines()
            .filter(line -> line.startsWith("canary_router_request_count{"))
            .forEach(reasons::add);
        reasons.add(gateway.health("breaker").encode());
      }
      assertThat(canary()).as("%s", reasons).isEqualTo(expected);
    }
  }

  int canary() {
    return cluster.upstreams.canary.seen.size();
  }

  void close() throws Exception {
    cluster.close();
  }
}
