package io.canarygateway.launcher;

import io.canarygateway.config.Checksums;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.NodeReport;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Tells all nodes each second what settings this one has. On one context. */
final class NodeReporter {

  private static final long PERIOD_MS = 1_000;

  private final Vertx vertx;
  private final Node node;
  private final Context context;
  private final String address;
  private final Checksums checksums = new Checksums();
  private ConfigSnapshot snapshot;
  private long summed;
  private boolean summing;
  private boolean left;

  /**
   * A reporter.
   *
   * @param address where this node is reached
   */
  NodeReporter(Vertx vertx, Node node, String address) {
    this.vertx = vertx;
    this.node = node;
    this.context = vertx.getOrCreateContext();
    this.address = address;
  }

  Future<?> start() {
    return SnapshotSubscription.start(vertx, newest -> snapshot = newest)
        .compose(
            subscribed ->
                vertx
                    .eventBus()
                    .consumer(Addresses.CLUSTER_NODES_ASK, message -> report())
                    .completion())
        .onSuccess(
            listening -> {
              report();
              vertx.setPeriodic(PERIOD_MS, timer -> report());
            });
  }

  /** The last word, so that nobody waits for another; on any thread. */
  void leave() {
    context.runOnContext(
        v -> {
          if (!left && summed > 0) {
            left = true;
            publish(true);
          }
        });
  }

  private void report() {
    if (left || summing) {
      return;
    }
    if (summed == snapshot.revision()) {
      publish(false);
      return;
    }
    // On a worker, since declared flags may name files.
    summing = true;
    ConfigSnapshot now = snapshot;
    vertx
        .executeBlocking(
            () -> {
              checksums.update(now.values().registry(), now.values());
              return null;
            })
        .onComplete(
            done -> {
              summing = false;
              summed = now.revision();
              if (!left) {
                publish(false);
              }
            });
  }

  private void publish(boolean leaving) {
    vertx
        .eventBus()
        .publish(
            Addresses.CLUSTER_NODES,
            new NodeReport(
                node.id(), address, summed, checksums.ofDynamic(), checksums.ofStatic(), leaving));
  }
}
