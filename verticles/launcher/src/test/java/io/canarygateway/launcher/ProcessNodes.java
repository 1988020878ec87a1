package io.canarygateway.launcher;

import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.GatewayProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Gateways of one cluster, each in a process of its own. */
final class ProcessNodes implements AutoCloseable {

  private final ClusterNodes cluster = new ClusterNodes();
  private final List<Node> nodes = new ArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  /**
   * One process.
   *
   * @param member the port of its membership
   * @param bus the port of its event bus
   */
  record Node(int router, int metrics, int member, int bus, GatewayProcess process) {}

  /**
   * Starts nodes one after the other, each with its own JVM options.
   *
   * @param identity keys for the section {@code cluster} of each node
   */
  static ProcessNodes start(
      Path directory, JsonObject identity, IntFunction<List<String>> jvmOptions) throws Exception {
    ProcessNodes made = new ProcessNodes();
    for (int i = 0; i < ClusterNodes.SIZE; i++) {
      made.start(i, directory, identity, jvmOptions);
    }
    return made;
  }

  private void start(
      int i, Path directory, JsonObject identity, IntFunction<List<String>> jvmOptions)
      throws Exception {
    int router = FreePorts.next();
    int metrics = FreePorts.next();
    int bus = FreePorts.next();
    JsonObject config =
        cluster
            .config(i)
            .put("cluster", cluster.section(i).put("bus-port", bus).mergeIn(identity))
            .put("router-server", new JsonObject().put("port", router))
            .put("instrumentation", new JsonObject().put("port", metrics));
    GatewayProcess process =
        cluster.closing(
            GatewayProcess.start(directory, jvmOptions.apply(i), "-conf", config.encode()));
    nodes.add(new Node(router, metrics, cluster.port(i), bus, process.awaitReady()));
  }

  Node get(int i) {
    return nodes.get(i);
  }

  /** What a node answers to a client. */
  HttpResponse<String> get(Node node) throws Exception {
    return get(node.router(), "/");
  }

  HttpResponse<String> get(int port, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(10))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** How many nodes a node sees, itself among them. */
  int seenBy(Node node) throws Exception {
    JsonArray seen = new JsonObject(get(node.metrics(), "/cluster").body()).getJsonArray("nodes");
    return seen.size();
  }

  /** The id under which other nodes know a node, which it has as long as its process lives. */
  String idOf(Node node) throws Exception {
    return new JsonObject(get(node.metrics(), "/cluster").body())
        .getJsonArray("nodes").stream()
            .map(JsonObject.class::cast)
            .filter(seen -> seen.getString("address").endsWith(":" + node.member()))
            .map(seen -> seen.getString("id"))
            .findFirst()
            .orElseThrow();
  }

  /** A flag's value on a node. */
  String flag(Node node, String name) throws Exception {
    return new JsonObject(get(node.metrics(), "/debug/flagz").body())
        .getJsonArray("flags").stream()
            .map(JsonObject.class::cast)
            .filter(flag -> flag.getString("name").equals(name))
            .map(flag -> flag.getString("current_value"))
            .findFirst()
            .orElseThrow();
  }

  ClusterNodes cluster() {
    return cluster;
  }

  @Override
  public void close() {
    try {
      cluster.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
