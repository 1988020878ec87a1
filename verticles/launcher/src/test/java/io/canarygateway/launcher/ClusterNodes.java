package io.canarygateway.launcher;

import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Gateways of one cluster on 127.0.0.1, and the upstreams that they share. */
final class ClusterNodes {

  static final int SIZE = 3;

  final Upstreams upstreams = new Upstreams();
  private final List<Integer> ports = Stream.generate(FreePorts::next).limit(SIZE).toList();
  private final Deque<AutoCloseable> started = new ConcurrentLinkedDeque<>();

  /** Where a node of the cluster can be met. */
  String address(int node) {
    return "127.0.0.1:" + ports.get(node);
  }

  int port(int node) {
    return ports.get(node);
  }

  /** A node's section {@code cluster}. */
  JsonObject section(int node) {
    JsonArray members = new JsonArray();
    for (int i = 0; i < SIZE; i++) {
      members.add(address(i));
    }
    return new JsonObject()
        .put("enabled", true)
        .put("port", ports.get(node))
        .put("members", members);
  }

  JsonObject config(int node) {
    return upstreams.withoutSidecar().put("cluster", section(node));
  }

  GatewayFixture start(JsonObject config) throws Exception {
    return start(config, null);
  }

  /** A gateway in this JVM that watches a file. */
  GatewayFixture start(JsonObject config, Path file) throws Exception {
    return closing(GatewayFixture.start(config, file));
  }

  /** Starts gateways at the same time, as machines of a cluster do: none waits for the others. */
  List<GatewayFixture> startAll(List<Callable<GatewayFixture>> nodes) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(nodes.size());
    try {
      List<GatewayFixture> gateways = new ArrayList<>();
      for (Future<GatewayFixture> node : threads.invokeAll(nodes)) {
        gateways.add(node.get());
      }
      return gateways;
    } finally {
      threads.shutdown();
    }
  }

  /** Closes something with the nodes, which may be done before. */
  <T extends AutoCloseable> T closing(T something) {
    started.push(something);
    return something;
  }

  void close() throws Exception {
    while (!started.isEmpty()) {
      started.pop().close();
    }
    upstreams.close();
  }
}
