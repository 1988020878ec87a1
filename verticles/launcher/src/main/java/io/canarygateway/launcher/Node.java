package io.canarygateway.launcher;

import io.canarygateway.config.ClusterConfig;
import io.canarygateway.config.ConfigException;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.ServerConfig;
import io.canarygateway.config.VerticleName;
import io.canarygateway.flags.Problem;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * This process as a node of a cluster, or on its own.
 *
 * @param id new with each start
 * @param cluster how it joins other nodes
 * @param clustered whether it joins them, by {@code cluster.enabled} or by {@code -cluster}
 */
record Node(String id, ClusterConfig cluster, boolean clustered) {

  /**
   * A node with a new id.
   *
   * @param byOption whether {@code -cluster} was given
   */
  static Node of(ClusterConfig cluster, boolean byOption) {
    return new Node(UUID.randomUUID().toString(), cluster, byOption || cluster.enabled());
  }

  /**
   * Checks the settings that depend on whether the node is clustered. Reads files, so it blocks.
   *
   * @throws ConfigException with every fault
   */
  void check(FlagValues values) throws ConfigException {
    Set<VerticleName> verticles = GatewayConfig.verticlesOf(values);
    if (clustered) {
      cluster.check();
      Clusters.checkCertificates(cluster);
    } else if (verticles.contains(VerticleName.PROXY)
        && !verticles.contains(VerticleName.SIDECAR_CLIENT)
        && values.texts().containsKey("sidecar-url")) {
      throw new ConfigException(
          List.of(
              new Problem(
                  "verticles",
                  "no sidecar-client",
                  "sidecar-client among them, since there is a sidecar-url and no cluster")));
    } else if (!GatewayConfig.verticlesOf(values).contains(VerticleName.FLAG_WATCHER)) {
      throw new ConfigException(
          List.of(
              new Problem(
                  "verticles",
                  "no flag-watcher",
                  "flag-watcher among them, or a cluster in which another node runs one")));
    }
  }

  /** The address under which {@code /cluster} lists this node. */
  String address(ServerConfig server) {
    return clustered
        ? Clusters.publicHost(cluster) + ":" + cluster.port()
        : server.host() + ":" + server.port();
  }
}
