package io.canarygateway.message;

import io.vertx.core.eventbus.DeliveryOptions;

/**
 * The event-bus addresses of the gateway. In a cluster, what concerns one process stays in it; what
 * nodes tell each other, and what verticles of users' own may listen to, has {@code cluster} in its
 * name or says so.
 */
public final class Addresses {

  /** Each new {@code ConfigSnapshot} is published here, within the process. */
  public static final String SNAPSHOT = "gateway.snapshot";

  /**
   * Answers any message with the current {@code ConfigSnapshot}, within the process. Subscribe to
   * {@link #SNAPSHOT} first, then ask here, and keep the newest revision.
   */
  public static final String SNAPSHOT_GET = "gateway.snapshot.get";

  /** Each new {@link NodeSnapshot} of any node with a flag watcher is published here. */
  public static final String CLUSTER_SNAPSHOT = "gateway.cluster.snapshot";

  /** Answers any message with the {@link NodeSnapshot} of some node with a flag watcher. */
  public static final String CLUSTER_SNAPSHOT_GET = "gateway.cluster.snapshot.get";

  /**
   * Takes a {@link SidecarRequest}, answers with a {@link SidecarReply}. Within the process, if it
   * runs the sidecar's client, else by any node that does.
   */
  public static final String SIDECAR_ASK = "gateway.sidecar.ask";

  /** Each change of a component's {@link ComponentHealth} is published here, within the process. */
  public static final String HEALTH = "gateway.health";

  /** Asks everybody in the process to publish their health again. */
  public static final String HEALTH_ASK = "gateway.health.ask";

  /** Each change of the {@link BreakerTrips} is published here, within the process. */
  public static final String BREAKER = "gateway.breaker";

  /** Answers any message with the current {@link BreakerTrips}, if the process has a breaker. */
  public static final String BREAKER_GET = "gateway.breaker.get";

  /** Answers any message with the current {@link FlagReport}, within the process. */
  public static final String FLAGS_GET = "gateway.flags.get";

  /** Answers any message with the {@link FlagReport} of some node with a flag watcher. */
  public static final String CLUSTER_FLAGS_GET = "gateway.cluster.flags.get";

  /** What happens in this process is published here as a {@link MeterBatch}. */
  public static final String METERS = "gateway.meters";

  /** Every node publishes a {@link NodeReport} here each second, to all nodes. */
  public static final String CLUSTER_NODES = "gateway.cluster.nodes";

  /** Asks every node to publish its {@link NodeReport} at once. */
  public static final String CLUSTER_NODES_ASK = "gateway.cluster.nodes.ask";

  /** Each {@link FlagOverride} is published here, to all nodes. */
  public static final String CLUSTER_OVERRIDES = "gateway.cluster.overrides";

  /** Healthy {@link RolloutWord}s are published here, to all nodes. */
  public static final String CLUSTER_ROLLOUTS = "gateway.cluster.rollouts";

  /** Every node publishes a {@link BreakerBeat} here twice a second, to all nodes. */
  public static final String CLUSTER_BREAKER = "gateway.cluster.breaker";

  /**
   * At this address {@link #of} a node it takes a ledger as a buffer, and answers with a boolean:
   * whether it has accepted it.
   */
  public static final String CLUSTER_BREAKER_OFFER = "gateway.cluster.breaker.offer";

  /** How to send what concerns this process alone. */
  public static final DeliveryOptions WITHIN_PROCESS = new DeliveryOptions().setLocalOnly(true);

  /** An address of one node, or if its id is empty of some node that serves it. */
  public static String of(String address, String node) {
    return node.isEmpty() ? address : address + "." + node;
  }

  private Addresses() {}
}
