package io.canarygateway.release;

import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.config.EtcdConfig;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.ReleaseConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.store.StateKey;
import io.canarygateway.store.StateStore;
import io.canarygateway.store.StateStores;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a process's releases. Immutable.
 *
 * @param node the node's id, new with each start
 * @param clustered whether the process joins other nodes
 * @param judging whether this process decides about releases; one without a flag watcher only sends
 *     its outcomes to nodes that do
 * @param application the application of the default route's rollout
 * @param etcd the connection to etcd, if etcd is used
 * @param dynamoDb the table, if DynamoDB is used
 * @param stateDir where the state is kept without etcd and DynamoDB
 */
public record ReleasesConfig(
    String node,
    boolean clustered,
    boolean judging,
    String application,
    Optional<EtcdConfig> etcd,
    Optional<DynamoDbConfig> dynamoDb,
    Path stateDir) {

  private static final Logger LOG = LoggerFactory.getLogger(ReleasesConfig.class);
  private static final String DEFAULT = "default";

  /**
   * Reads the settings.
   *
   * @param config the gateway's settings
   * @param values the settings in force
   * @param node the node's id, new with each start
   * @param clustered whether the process joins other nodes
   * @param judging whether this process decides about releases
   * @return the settings
   */
  public static ReleasesConfig of(
      GatewayConfig config, FlagValues values, String node, boolean clustered, boolean judging) {
    return new ReleasesConfig(
        node,
        clustered,
        judging,
        config.daemon().application(),
        config.etcd(),
        config.dynamoDb(),
        ReleaseConfig.stateDir(values));
  }

  /** Opens the store of all releases, on the context of the caller. */
  StateStore open(Vertx vertx) {
    if (clustered && etcd.isEmpty() && dynamoDb.isEmpty()) {
      LOG.warn(
          "each node of this cluster keeps releases of its own in {}; with etcd or dynamodb,"
              + " commands and promotions count for all nodes",
          stateDir);
    }
    return etcd.map(each -> StateStores.etcd(vertx, each))
        .or(() -> dynamoDb.map(each -> StateStores.dynamoDb(vertx, each)))
        .orElseGet(() -> StateStores.file(vertx, stateDir));
  }

  /**
   * The place of a route's state. Routes never share a place: {@code releases/default} is that of
   * the default route, so a route of that name has another one.
   */
  StateKey key(RouteConfig route) {
    String name = route.name();
    if (name.equals(RouteConfig.DEFAULT)) {
      return new StateKey(List.of("releases", DEFAULT), application, "release");
    }
    boolean own = route.application().equals(name) && !route.application().equals(application);
    return new StateKey(
        name.equals(DEFAULT) ? List.of("releases", "routes", name) : List.of("releases", name),
        route.application(),
        own ? "release" : "release/" + name);
  }
}
