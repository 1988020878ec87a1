package io.canarygateway.launcher;

import io.canarygateway.config.ClusterConfig;
import io.canarygateway.config.ConfigException;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.VerticleName;
import io.canarygateway.flags.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * This process among others.
 *
 * @param id new with each start
 * @param cluster how it joins them
 * @param clustered whether it does, be it by the setting or by the launcher's option
 */
record Node(String id, ClusterConfig cluster, boolean clustered) {

  static Node of(ClusterConfig cluster, boolean byOption) {
    return new Node(UUID.randomUUID().toString(), cluster, byOption || cluster.enabled());
  }

  /**
   * Checks what only matters in a cluster, or only without one.
   *
   * @throws ConfigException with every fault
   */
  void check(FlagValues values) throws ConfigException {
    Set<VerticleName> verticles = GatewayConfig.verticlesOf(values);
    if (clustered) {
      cluster.checkFiles();
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

  /** The launcher's arguments, which ask for a cluster if the setting does. */
  String[] arguments(String[] args, boolean byOption) {
    if (!clustered || byOption) {
      return args;
    }
    String[] more = Arrays.copyOf(args, args.length + 1);
    more[args.length] = "-cluster";
    return more;
  }
}
