package io.canarygateway.breaker;

import io.canarygateway.config.ClusterConfig;
import io.canarygateway.config.ClusterLimits;
import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.config.EtcdConfig;
import io.canarygateway.config.GatewayConfig;
import java.util.Optional;

/**
 * The settings of a process's circuit breaker. Immutable.
 *
 * @param node the node's id, new with each start
 * @param limits the keeper of the cluster's limits; empty in a process that is not clustered
 * @param cluster the cluster's name
 * @param clusterSize the number of nodes in the complete cluster; at least 1
 * @param place this node's place among them for {@link ClusterLimits#SHARES}
 * @param application the application of the rollout, by which DynamoDB finds the counts
 * @param etcd the connection to etcd, if etcd is used
 * @param dynamoDb the table, if DynamoDB is used
 * @param spending whether this process routes requests; one that does not only watches the limits
 */
public record BreakerConfig(
    String node,
    Optional<ClusterLimits> limits,
    String cluster,
    int clusterSize,
    ClusterConfig.Place place,
    String application,
    Optional<EtcdConfig> etcd,
    Optional<DynamoDbConfig> dynamoDb,
    boolean spending) {

  /** {@return the settings of a process that is not clustered} */
  public static BreakerConfig alone() {
    return new BreakerConfig(
        "",
        Optional.empty(),
        "",
        1,
        new ClusterConfig.Place(0, false),
        "",
        Optional.empty(),
        Optional.empty(),
        true);
  }

  /**
   * Reads the settings.
   *
   * @param config the gateway's settings
   * @param node the node's id, new with each start
   * @param clustered whether the process joins other nodes
   * @param spending whether this process routes requests
   * @return the settings
   */
  public static BreakerConfig of(
      GatewayConfig config, String node, boolean clustered, boolean spending) {
    ClusterConfig cluster = config.cluster();
    return new BreakerConfig(
        node,
        clustered ? Optional.of(cluster.limits()) : Optional.empty(),
        cluster.name(),
        cluster.size(),
        cluster.place(),
        config.daemon().application(),
        config.etcd(),
        config.dynamoDb(),
        spending);
  }
}
