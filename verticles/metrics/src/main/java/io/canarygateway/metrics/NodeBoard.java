package io.canarygateway.metrics;

import io.canarygateway.message.NodeReport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The last word of each node about itself. On one context; gauges are read from others. */
final class NodeBoard {

  /** A node that says nothing for so long is not shown any more. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private record Heard(NodeReport report, long atNanos) {}

  private final Map<String, Heard> nodes = new TreeMap<>();
  private volatile int count;
  private volatile long distinctDynamic;
  private volatile long distinctStatic;

  NodeBoard(MeterRegistry registry) {
    Gauge.builder("gateway_cluster_nodes", this, board -> board.count)
        .description("Nodes of the cluster that are heard of, this one included")
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

  void heard(NodeReport report) {
    if (report.leaving()) {
      nodes.remove(report.id());
    } else {
      nodes.put(report.id(), new Heard(report, System.nanoTime()));
    }
    sweep();
  }

  /** Forgets who has fallen silent. */
  void sweep() {
    long now = System.nanoTime();
    nodes.values().removeIf(heard -> now - heard.atNanos() > SILENCE_NANOS);
    count = nodes.size();
    distinctDynamic = distinct(NodeReport::checksumDynamic);
    distinctStatic = distinct(NodeReport::checksumStatic);
  }

  private long distinct(Function<NodeReport, String> checksum) {
    return nodes.values().stream().map(Heard::report).map(checksum).distinct().count();
  }

  JsonObject toJson() {
    sweep();
    JsonArray array = new JsonArray();
    for (Heard heard : nodes.values()) {
      NodeReport report = heard.report();
      array.add(
          new JsonObject()
              .put("id", report.id())
              .put("address", report.address())
              .put("revision", report.revision())
              .put("checksum_dynamic", report.checksumDynamic())
              .put("checksum_static", report.checksumStatic()));
    }
    return new JsonObject().put("nodes", array);
  }
}
