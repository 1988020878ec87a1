package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.EtcdServer;
import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.GatewayProcess;
import io.vertx.core.json.JsonArray;
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
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release on three processes of one cluster, whose state is in etcd. */
@Tag("external")
class ReleaseClusterIT {

  private static final int NODES = ClusterNodes.SIZE;
  private static final List<String> OPTIONS = List.of("-Xmx128m");

  @TempDir static Path directory;
  private static final HttpClient client = HttpClient.newHttpClient();
  private static final ClusterNodes cluster = new ClusterNodes();
  private static final List<JsonObject> configs = new ArrayList<>();
  private static final List<GatewayProcess> nodes = new ArrayList<>();
  private static EtcdServer etcd;
  private static int version;

  /** Starts each test with a release of its own, on the nodes that all tests share. */
  @BeforeEach
  void beginRelease() throws Exception {
    cluster.upstreams.canary.answerWith(200);
    version++;
    if (nodes.isEmpty()) {
      start();
    }
    for (int i = 0; i < NODES; i++) {
      write(i);
    }
    for (int i = 0; i < NODES; i++) {
      awaitState(i, "running");
    }
  }

  private static void start() throws Exception {
    etcd = EtcdServer.start(directory, 1);
    cluster.closing(etcd);
    for (int i = 0; i < NODES; i++) {
      configs.add(
          cluster
              .config(i)
              .put("router-server", new JsonObject().put("port", FreePorts.next()))
              .put("instrumentation", new JsonObject().put("port", FreePorts.next()))
              .put("etcd", new JsonObject().put("endpoints", new JsonArray(etcd.endpoints()))));
      write(i);
      nodes.add(process(i));
    }
    for (int i = 0; i < NODES; i++) {
      nodes.get(i).awaitReady();
    }
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static void write(int node) throws IOException {
    JsonObject release =
        new JsonObject().put("version", "v" + version).put("steps", new JsonArray().add(0.2));
    Path next = directory.resolve("next.json");
    Files.writeString(next, configs.get(node).copy().put("release", release).encode());
    Files.move(next, file(node), StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path file(int node) {
    return directory.resolve("node" + node + ".json");
  }

  private static GatewayProcess process(int node) throws Exception {
    return cluster.closing(
        GatewayProcess.start(directory, OPTIONS, "-conf", file(node).toString()));
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(60)).ignoreExceptions();
  }

  private String get(int port, String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  private String ask(int node, double assignment) throws Exception {
    int port = configs.get(node).getJsonObject("router-server").getInteger("port");
    return get(port, "/", "Cookie", "maxwellsdaemon=" + assignment);
  }

  /** The proxies of a node hear of a share a moment after its API does. */
  private void askUntil(int node, double assignment, String target) {
    soon().until(() -> ask(node, assignment).equals(target));
  }

  private JsonObject release(int node) throws Exception {
    int port = configs.get(node).getJsonObject("instrumentation").getInteger("port");
    return new JsonObject(get(port, "/api/v1/releases/default"));
  }

  private void awaitState(int node, String state) {
    soon()
        .untilAsserted(
            () -> {
              JsonObject release = release(node);
              assertThat(release.getString("version")).as("node %s", node).isEqualTo("v" + version);
              assertThat(release.getString("state")).as("node %s", node).isEqualTo(state);
              assertThat(release.getDouble("weight_in_force"))
                  .isEqualTo(state.equals("running") ? 0.2 : 0);
            });
  }

  private static int failed(JsonObject release) {
    return release.getJsonArray("counts").stream()
        .mapToInt(each -> ((JsonObject) each).getInteger("canary_failed"))
        .sum();
  }

  /** No node sees enough alone. The client that fails everywhere is one client. */
  @Test
  void theNodesCountTogetherAndRevertTogether() throws Exception {
    cluster.upstreams.canary.answerWith(500);
    for (int i = 0; i < NODES; i++) {
      askUntil(i, 0.15, "canary");
    }
    for (int i = 0; i < NODES; i++) {
      int node = i;
      soon().until(() -> failed(release(node)) == 1);
    }
    for (int client = 0; client < 12; client++) {
      assertThat(ask(client % NODES, 0.01 * (client + 1))).isNotEmpty();
    }
    for (int i = 0; i < NODES; i++) {
      awaitState(i, "reverted");
      askUntil(i, 0.01, "main");
    }
  }

  @Test
  void aRevertSurvivesKillsOfEtcdAndOfEachNode() throws Exception {
    cluster.upstreams.canary.answerWith(500);
    askUntil(0, 0.15, "canary");
    for (int client = 0; client < 15; client++) {
      ask(0, 0.01 * (client + 1));
    }
    for (int i = 0; i < NODES; i++) {
      awaitState(i, "reverted");
    }
    etcd.kill();
    nodes.get(0).signal("KILL");
    nodes.get(0).exitCode();
    nodes.set(0, process(0));
    nodes.get(0).awaitReady();
    assertThat(ask(0, 0.01)).as("etcd is down").isEqualTo("main");
    etcd.start();
    awaitState(0, "reverted");
    for (int i = 1; i < NODES; i++) {
      nodes.get(i).signal("KILL");
      nodes.get(i).exitCode();
      nodes.set(i, process(i));
      nodes.get(i).awaitReady();
      assertThat(ask(i, 0.01)).isEqualTo("main");
      awaitState(i, "reverted");
      assertThat(ask(i, 0.01)).isEqualTo("main");
    }
  }
}
