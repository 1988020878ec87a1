package io.canarygateway.metrics;

import io.canarygateway.message.NodeHealth;
import io.canarygateway.message.NodeReport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The last report of each node. On one context; scrapes read the gauges on other threads. */
final class NodeBoard {

  /** The age of a node's last report from which the node is not shown any more. */
  private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private record Received(NodeReport report, long atNanos) {}

  private record Health(NodeHealth health, long atNanos) {}

  private final Map<String, Received> nodes = new TreeMap<>();
  private final Map<String, Health> healths = new TreeMap<>();
  private BiConsumer<JsonObject, Boolean> listener = (node, gone) -> {};
  private volatile int count;
  private volatile long distinctDynamic;
  private volatile long distinctStatic;

  NodeBoard(MeterRegistry registry) {
    Gauge.builder("gateway_cluster_nodes", this, board -> board.count)
        .description("Nodes of the cluster that have reported within 5 s, this one included")
        .register(registry);
    Gauge.builder("gateway_cluster_checksums", this, board -> board.distinctDynamic)
        .description("Different flagz checksums among the nodes; 1 unless settings drift")
        .tag("type", "dynamic")
        .register(registry);
    Gauge.builder("gateway_cluster_checksums", this, board -> board.distinctStatic)
        .description("Different flagz checksums among the nodes; 1 unless settings drift")
        .tag("type", "static")
        .register(registry);
  }

  /** Sets what is told each node that is new or has changed, and, with true, that is gone. */
  void onChanged(BiConsumer<JsonObject, Boolean> newListener) {
    listener = newListener;
  }

  void update(NodeReport report) {
    Received before =
        report.leaving()
            ? nodes.remove(report.id())
            : nodes.put(report.id(), new Received(report, System.nanoTime()));
    if (report.leaving() ? before != null : before == null || !before.report().equals(report)) {
      listener.accept(json(report), report.leaving());
    }
    sweep();
  }

  void update(NodeHealth health) {
    healths.put(health.node(), new Health(health, System.nanoTime()));
    sweep();
  }

  /** Forgets the nodes whose last report is too old. */
  void sweep() {
    long now = System.nanoTime();
    nodes
        .values()
        .removeIf(
            received -> {
              boolean old = now - received.atNanos() > MAX_AGE_NANOS;
              if (old) {
                listener.accept(json(received.report()), true);
              }
              return old;
            });
    healths.values().removeIf(received -> now - received.atNanos() > MAX_AGE_NANOS);
    count = nodes.size();
    distinctDynamic = distinct(NodeReport::checksumDynamic);
    distinctStatic = distinct(NodeReport::checksumStatic);
  }

  private long distinct(Function<NodeReport, String> checksum) {
    return nodes.values().stream().map(Received::report).map(checksum).distinct().count();
  }

  JsonObject toJson() {
    sweep();
    JsonArray array = new JsonArray();
    nodes.values().forEach(received -> array.add(json(received.report())));
    return new JsonObject().put("nodes", array);
  }

  /** The nodes with their health, which is unknown of a node without an instrumentation port. */
  JsonObject toJsonWithHealth() {
    sweep();
    JsonArray array = new JsonArray();
    for (Received received : nodes.values()) {
      Health known = healths.get(received.report().id());
      array.add(
          json(received.report())
              .put("health", known == null ? "UNKNOWN" : known.health().status().name())
              .put("health_detail", known == null ? "" : known.health().detail()));
    }
    return new JsonObject().put("nodes", array);
  }

  private static JsonObject json(NodeReport report) {
    return new JsonObject()
        .put("id", report.id())
        .put("address", report.address())
        .put("revision", report.revision())
        .put("checksum_dynamic", report.checksumDynamic())
        .put("checksum_static", report.checksumStatic());
  }
}
