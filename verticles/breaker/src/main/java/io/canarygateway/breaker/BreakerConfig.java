package io.canarygateway.breaker;

import io.canarygateway.config.ClusterConfig;
import io.canarygateway.config.ClusterLimits;
import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.config.EtcdConfig;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.store.StateKey;
import java.util.Optional;

/**
 * The settings of a process's circuit breaker. Immutable.
 *
 * @param node the node's id, new with each start
 * @param limits the keeper of the cluster's limits; empty in a process that is not clustered
 * @param cluster the cluster's name
 * @param clusterSize the number of nodes in the complete cluster; at least 1
 * @param place this node's place among them for {@link ClusterLimits#SHARES}
 * @param application the application of the default route's rollout
 * @param route the route whose limits are kept
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
    Route route,
    Optional<EtcdConfig> etcd,
    Optional<DynamoDbConfig> dynamoDb,
    boolean spending) {

  /**
   * A route as the store of the limits knows it.
   *
   * @param name the route's name; empty for the default route
   * @param application the application of the route's rollout
   */
  record Route(String name, String application) {}

  /** {@return the settings of a process that is not clustered} */
  public static BreakerConfig alone() {
    return new BreakerConfig(
        "",
        Optional.empty(),
        "",
        1,
        new ClusterConfig.Place(0, false),
        "",
        new Route("", ""),
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
        new Route("", config.daemon().application()),
        config.etcd(),
        config.dynamoDb(),
        spending);
  }

  /** The settings of one route's keeper, which is a node of its own for the store. */
  BreakerConfig ofRoute(String keeper, String name, String applicationOfRoute) {
    return new BreakerConfig(
        keeper,
        limits,
        cluster,
        clusterSize,
        place,
        application,
        new Route(name, applicationOfRoute),
        etcd,
        dynamoDb,
        spending);
  }

  /** The place of the route's counts in a generation. Routes never share a place. */
  StateKey key(String generation) {
    if (route.name().isEmpty()) {
      return StateKey.breaker(cluster, route.application(), generation);
    }
    boolean own =
        route.application().equals(route.name()) && !route.application().equals(application);
    return own
        ? StateKey.routeBreaker(cluster, route.application(), generation)
        : StateKey.routeBreaker(cluster, route.application(), route.name(), generation);
  }
}
