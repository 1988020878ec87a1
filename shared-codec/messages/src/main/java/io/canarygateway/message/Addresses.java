package io.canarygateway.message;

import io.vertx.core.eventbus.DeliveryOptions;

/**
 * The event-bus addresses of the gateway. In a cluster, messages about one process stay within the
 * process. Addresses that other nodes and verticles of users may use have {@code cluster} in their
 * name, or say so below.
 */
public final class Addresses {

  /** Publishes each new {@code ConfigSnapshot}, within the process. */
  public static final String SNAPSHOT = "gateway.snapshot";

  /**
   * Answers any message with the current {@code ConfigSnapshot}, within the process. A verticle
   * subscribes to {@link #SNAPSHOT} first, then asks here, and keeps the newest revision.
   */
  public static final String SNAPSHOT_GET = "gateway.snapshot.get";

  /** Publishes each new {@link NodeSnapshot} of each node with a flag watcher, to all nodes. */
  public static final String CLUSTER_SNAPSHOT = "gateway.cluster.snapshot";

  /** Answers any message with the {@link NodeSnapshot} of one node with a flag watcher. */
  public static final String CLUSTER_SNAPSHOT_GET = "gateway.cluster.snapshot.get";

  /**
   * Answers a {@link SidecarRequest} with a {@link SidecarReply}. The process itself answers if it
   * runs the sidecar client, else any node that does.
   */
  public static final String SIDECAR_ASK = "gateway.sidecar.ask";

  /** Publishes each change of a component's {@link ComponentHealth}, within the process. */
  public static final String HEALTH = "gateway.health";

  /** Makes every {@link HealthReporter} of the process publish its components' health again. */
  public static final String HEALTH_ASK = "gateway.health.ask";

  /** Publishes each change of the {@link BreakerTrips}, within the process. */
  public static final String BREAKER = "gateway.breaker";

  /** Answers any message with the current {@link BreakerTrips}, if the process has a breaker. */
  public static final String BREAKER_GET = "gateway.breaker.get";

  /**
   * Publishes the {@link InterceptorServer} once it listens, within the process. A process whose
   * routes have no interceptors has none.
   */
  public static final String INTERCEPTORS = "gateway.interceptors";

  /** Answers any message with the {@link InterceptorServer}, if the process has one. */
  public static final String INTERCEPTORS_GET = "gateway.interceptors.get";

  /** Answers any message with the current {@link FlagReport}, within the process. */
  public static final String FLAGS_GET = "gateway.flags.get";

  /** Answers any message with the {@link FlagReport} of one node with a flag watcher. */
  public static final String CLUSTER_FLAGS_GET = "gateway.cluster.flags.get";

  /** Executes an {@link OverrideCommand}. Any node with a flag watcher does. */
  public static final String FLAG_OVERRIDE = "gateway.flags.override";

  /** Publishes each new {@link JournalEntry}, within the process. */
  public static final String JOURNAL = "gateway.journal";

  /** Answers any message with the {@link Journal}. Any node with a flag watcher answers. */
  public static final String JOURNAL_GET = "gateway.journal.get";

  /**
   * Publishes a {@link MeterBatch} every 250 ms in which something happened, within the process.
   */
  public static final String METERS = "gateway.meters";

  /** Publishes the {@link NodeReport} of every node each second, to all nodes. */
  public static final String CLUSTER_NODES = "gateway.cluster.nodes";

  /** Publishes the {@link NodeHealth} of every node each second, to all nodes. */
  public static final String CLUSTER_HEALTH = "gateway.cluster.health";

  /** Asks every node to publish its {@link NodeReport} at once. */
  public static final String CLUSTER_NODES_ASK = "gateway.cluster.nodes.ask";

  /** Publishes each {@link FlagOverride}, to all nodes. */
  public static final String CLUSTER_OVERRIDES = "gateway.cluster.overrides";

  /** A node whose source is healthy publishes a {@link RolloutReport} here, to all nodes. */
  public static final String CLUSTER_ROLLOUTS = "gateway.cluster.rollouts";

  /** A node whose source is healthy publishes {@link RouteRollouts} here, to all nodes. */
  public static final String CLUSTER_ROUTE_ROLLOUTS = "gateway.cluster.route-rollouts";

  /**
   * Publishes a text when a node has written a state that is shared through DynamoDB, to all nodes:
   * the item's application, a line feed, and the item's version. It is a hint to read the item; the
   * table alone says what the state is.
   */
  public static final String CLUSTER_STATE = "gateway.cluster.state";

  /** Each event loop of a proxy publishes {@link ReleaseScores} here, within the process. */
  public static final String RELEASE_SCORES = "gateway.release.scores";

  /** Publishes each change of the {@link ReleaseWeights}, within the process. */
  public static final String RELEASE_WEIGHTS = "gateway.release.weights";

  /** Answers any message with the {@link ReleaseWeights}, within the process. */
  public static final String RELEASE_WEIGHTS_GET = "gateway.release.weights.get";

  /** Answers any message with the {@link ReleaseReports}. Any node with a flag watcher answers. */
  public static final String RELEASES_GET = "gateway.release.get";

  /** Executes a {@link ReleaseCommand}. Any node with a flag watcher does. */
  public static final String RELEASE_COMMAND = "gateway.release.command";

  /** Publishes each {@link ReleaseVerdict}, to all nodes. */
  public static final String CLUSTER_RELEASE_VERDICTS = "gateway.release.verdicts";

  /** Publishes the {@link NodeScores} of each node, to all nodes. */
  public static final String CLUSTER_RELEASE_SCORES = "gateway.release.node-scores";

  /** Delivery options for messages that stay within the process. */
  public static final DeliveryOptions WITHIN_PROCESS = new DeliveryOptions().setLocalOnly(true);

  /**
   * The address of one node.
   *
   * @param address one of the constants
   * @param node the node's id, or an empty text for any node that serves the address
   * @return the address
   */
  public static String of(String address, String node) {
    return node.isEmpty() ? address : address + "." + node;
  }

  private Addresses() {}
}
