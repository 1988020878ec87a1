package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Crowd;
import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.GatewayProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three processes that share the limits, one of which is killed or stopped in the middle. A node
 * that was killed is started again for the next test. Two are killed in the last one.
 */
@Tag("external")
@TestMethodOrder(MethodOrderer.MethodName.class)
class ClusterBreakerIT {

  private static final int NODES = ClusterNodes.SIZE;
  private static final int LIMIT = 1_000;
  private static final int POSTS = 10_000;

  /** What one of three nodes can hold of the limit at a time, and as much on its way. */
  private static final int LARGEST_LEASE = LIMIT / NODES;

  /** DynamoDB Local has a database for each access key, so this is the one of the fixture. */
  private static final List<String> OPTIONS =
      List.of("-Xmx128m", "-Daws.accessKeyId=test", "-Daws.secretAccessKey=test");

  private static final Map<String, LimitEngine> engines = new HashMap<>();

  @TempDir static Path directory;
  private static ClusterNodes cluster = new ClusterNodes();
  private static String running = "none";
  private static final List<Node> nodes = new ArrayList<>();
  private static final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private record Node(int port, int metricsPort, Path file, GatewayProcess process) {}

  @BeforeAll
  static void startEngines(@TempDir Path data) throws Exception {
    engines.put("etcd", LimitEngine.etcd(data));
    engines.put("dynamodb", LimitEngine.dynamoDb());
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    engines.values().forEach(LimitEngine::close);
  }

  /** Starts three nodes with a limit of which nothing is used. The tests of a keeper share them. */
  private static void start(String keeper) throws Exception {
    if (!keeper.equals(running)) {
      cluster.close();
      cluster = new ClusterNodes();
      nodes.clear();
      running = keeper;
    }
    String generation = UUID.randomUUID().toString();
    for (int i = 0; i < NODES; i++) {
      if (i == nodes.size()) {
        Path file = directory.resolve(keeper + i + ".json");
        int router = FreePorts.next();
        int metrics = FreePorts.next();
        configure(file, config(i, router, metrics), generation);
        nodes.add(new Node(router, metrics, file, process(file)));
      } else {
        Node node = nodes.get(i);
        configure(node.file, config(i, node.port, node.metricsPort), generation);
        if (!node.process.isAlive()) {
          nodes.set(i, new Node(node.port, node.metricsPort, node.file, process(node.file)));
        }
      }
    }
    for (Node node : nodes) {
      node.process.awaitReady();
      awaitMetric(node, "gateway_breaker_cluster_used_requests", 0, 30);
      await().ignoreExceptions().until(() -> metric(node, "gateway_breaker_lease_requests") > 0);
    }
    cluster.upstreams.canary.seen.clear();
  }

  private static GatewayProcess process(Path file) throws IOException {
    return cluster.closing(GatewayProcess.start(directory, OPTIONS, "-conf", file.toString()));
  }

  private static JsonObject config(int node, int router, int metrics) {
    return cluster
        .config(node)
        .put("strategy", "canary")
        .put("router-server", new JsonObject().put("port", router))
        .put("instrumentation", new JsonObject().put("port", metrics))
        .mergeIn(engines.get(running).sections());
  }

  private static void configure(Path file, JsonObject config, String generation)
      throws IOException {
    JsonObject limit =
        new JsonObject().put("request-limit-canary", LIMIT).put("generation", generation);
    Path next = Path.of(file + ".new");
    Files.writeString(next, config.put("circuit-breaker", limit).encode());
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static double metric(Node node, String name) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + node.metricsPort + "/metrics");
    return client
        .send(
            HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  private static void awaitMetric(Node node, String name, double value, int seconds) {
    await()
        .atMost(Duration.ofSeconds(seconds))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(metric(node, name)).as(name).isEqualTo(value));
  }

  private static int canary() {
    return cluster.upstreams.canary.seen.size();
  }

  /** Posts to all nodes in turn. Requests that nobody answers in time are left out. */
  private static void posts(List<Node> to, int count, Runnable midway) throws Exception {
    AtomicBoolean passed = new AtomicBoolean();
    Crowd.post(
        to.stream().map(Node::port).toList(),
        count,
        () -> {
          if (!passed.get() && canary() >= LIMIT / 2 && passed.compareAndSet(false, true)) {
            midway.run();
          }
        });
  }

  private static void send(Node node, String signal) {
    try {
      node.process.signal(signal);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dynamodb", "etcd"}) // The other tests go on with etcd.
  void aKilledNodeLosesItsLeaseAtMost(String keeper) throws Exception {
    start(keeper);
    Node victim = nodes.get(2);
    posts(nodes, POSTS, () -> send(victim, "KILL"));
    List<Node> rest = nodes.subList(0, 2);
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              posts(rest, 100, () -> {});
              for (Node node : rest) {
                assertThat(metric(node, "gateway_breaker_cluster_granted_requests"))
                    .isEqualTo(LIMIT);
              }
            });
    posts(rest, 500, () -> {});
    assertThat(canary()).isBetween(LIMIT - LARGEST_LEASE, LIMIT);
  }

  @Test
  void ofThreeNodesTwoMayDieAtOnce() throws Exception {
    start("etcd");
    posts(
        nodes,
        3_000,
        () -> {
          send(nodes.get(1), "KILL");
          send(nodes.get(2), "KILL");
        });
    List<Node> last = nodes.subList(0, 1);
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              posts(last, 100, () -> {});
              assertThat(metric(last.get(0), "gateway_breaker_tripped{limit=\"requests\"}"))
                  .isEqualTo(1);
            });
    assertThat(canary()).isBetween(LIMIT - 2 * LARGEST_LEASE, LIMIT);
  }

  @Test
  void aNodeThatIsStoppedForAWhileComesBack() throws Exception {
    start("etcd");
    Node victim = nodes.get(2);
    posts(nodes, 300, () -> {});
    assertThat(canary()).isEqualTo(300);
    send(victim, "STOP");
    List<Node> rest = nodes.subList(0, 2);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              posts(rest, 100, () -> {});
              assertThat(canary()).isGreaterThanOrEqualTo(LIMIT - LARGEST_LEASE);
            });
    assertThat(canary()).isLessThanOrEqualTo(LIMIT);
    send(victim, "CONT");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              posts(nodes, 100, () -> {});
              assertThat(canary()).isEqualTo(LIMIT);
            });
    posts(nodes, 300, () -> {});
    assertThat(canary()).isEqualTo(LIMIT);
    for (Node node : nodes) {
      awaitMetric(node, "gateway_breaker_cluster_used_requests", LIMIT, 30);
    }
  }
}
