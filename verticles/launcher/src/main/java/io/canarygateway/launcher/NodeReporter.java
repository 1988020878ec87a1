package io.canarygateway.launcher;

import io.canarygateway.config.Checksums;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.NodeReport;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a report of this node to all nodes each second: its address, the revision of its
 * settings and their checksums. On one context.
 */
final class NodeReporter {

  private static final long PERIOD_MS = 1_000;

  private final Vertx vertx;
  private final Node node;
  private final Context context;
  private final String address;
  private final Checksums checksums = new Checksums();
  private @Nullable ConfigSnapshot snapshot;

  /** The revision that the checksums are of; 0 before the first. */
  private long checksummed;

  private boolean computing;
  private boolean left;

  /**
   * A reporter on the current context.
   *
   * @param address where other nodes reach this one
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

  /** Publishes the last report, which says that this node leaves. Any thread may call it. */
  void leave() {
    context.runOnContext(
        v -> {
          if (!left && checksummed > 0) {
            left = true;
            publish(true);
          }
        });
  }

  private void report() {
    ConfigSnapshot now = snapshot;
    if (now == null || left || computing) {
      return;
    }
    if (checksummed == now.revision()) {
      publish(false);
      return;
    }
    // A declared flag may name a file, so the checksums are computed on a worker thread.
    computing = true;
    vertx
        .executeBlocking(
            () -> {
              checksums.update(now.values().registry(), now.values());
              return null;
            })
        .onComplete(
            done -> {
              computing = false;
              checksummed = now.revision();
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
                node.id(),
                address,
                checksummed,
                checksums.ofDynamic(),
                checksums.ofStatic(),
                leaving));
  }
}
