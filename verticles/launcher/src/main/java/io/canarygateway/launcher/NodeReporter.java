package io.canarygateway.launcher;

import io.canarygateway.config.Checksums;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ConfigSnapshot;
import io.canarygateway.message.NodeReport;
import io.canarygateway.message.SnapshotSubscription;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Tells all nodes each second what settings this one has. On one context. */
final class NodeReporter {

  private static final long PERIOD_MS = 1_000;

  private final Vertx vertx;
  private final Node node;
  private final Checksums checksums = new Checksums();
  private ConfigSnapshot snapshot;
  private long summed;

  NodeReporter(Vertx vertx, Node node) {
    this.vertx = vertx;
    this.node = node;
  }

  Future<?> start() {
    return SnapshotSubscription.start(vertx, newest -> snapshot = newest)
        .compose(
            subscribed ->
                vertx
                    .eventBus()
                    .consumer(Addresses.CLUSTER_NODES_ASK, message -> report(false))
                    .completion())
        .onSuccess(
            listening -> {
              report(false);
              vertx.setPeriodic(PERIOD_MS, timer -> report(false));
            });
  }

  /** The last word, so that nobody waits for another. */
  void leave() {
    if (snapshot != null) {
      report(true);
    }
  }

  private void report(boolean leaving) {
    if (summed != snapshot.revision()) {
      summed = snapshot.revision();
      checksums.update(snapshot.values().registry(), snapshot.values());
    }
    vertx
        .eventBus()
        .publish(
            Addresses.CLUSTER_NODES,
            new NodeReport(
                node.id(),
                address(snapshot.config()),
                snapshot.revision(),
                checksums.ofDynamic(),
                checksums.ofStatic(),
                leaving));
  }

  private String address(GatewayConfig config) {
    return vertx.isClustered()
        ? Clusters.publicHost(node.cluster()) + ":" + node.cluster().port()
        : config.server().host() + ":" + config.server().port();
  }
}
