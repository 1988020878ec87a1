package io.canarygateway.launcher;

import io.canarygateway.cluster.ClusterOptions;
import io.canarygateway.cluster.GatewayCluster;
import io.canarygateway.cluster.Identity;
import io.canarygateway.cluster.JoinException;
import io.canarygateway.config.ClusterConfig;
import io.canarygateway.config.ConfigException;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.BusSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** Joins a cluster as the section {@code cluster} says. */
final class Clusters {

  private Clusters() {}

  /**
   * Prepares to join. Reads the files that the section names, so it blocks.
   *
   * @throws ConfigException if certificates cannot be used
   */
  static GatewayCluster of(ClusterConfig cluster) throws ConfigException {
    try {
      return GatewayCluster.of(options(cluster));
    } catch (JoinException e) {
      throw new ConfigException(List.of(problem(cluster, e)));
    }
  }

  /**
   * Checks the certificates that the section names. Reads their files, so it blocks.
   *
   * @throws ConfigException if certificates cannot be used
   */
  static void checkCertificates(ClusterConfig cluster) throws ConfigException {
    try {
      if (identity(cluster) instanceof Identity.Certificates certificates) {
        GatewayCluster.check(certificates);
      }
    } catch (JoinException e) {
      throw new ConfigException(List.of(problem(cluster, e)));
    }
  }

  private static ClusterOptions options(ClusterConfig cluster) {
    return new ClusterOptions(
        cluster.host(),
        cluster.port(),
        cluster.busPort(),
        cluster.members().stream()
            .map(member -> InetSocketAddress.createUnresolved(member.host(), member.port()))
            .toList(),
        cluster.serviceDns(),
        cluster.name(),
        identity(cluster));
  }

  private static Identity identity(ClusterConfig cluster) {
    Optional<BusSecret> secret = secret(cluster);
    return cluster
        .tls()
        .<Identity>map(
            tls -> new Identity.Certificates(tls.caFile(), tls.certFile(), tls.keyFile(), secret))
        .or(() -> secret.map(Identity.Secret::new))
        .orElseGet(Identity.None::new);
  }

  private static Optional<BusSecret> secret(ClusterConfig cluster) {
    return cluster
        .secretFile()
        .map(
            file -> {
              try {
                return BusSecret.of(Files.readString(file).strip());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  /** The address under which other nodes reach this one. */
  static String publicHost(ClusterConfig cluster) {
    return ClusterOptions.of(
            cluster.host(), cluster.port(), List.of(), cluster.name(), new Identity.None())
        .publicHost();
  }

  /**
   * Says why the process could not join the cluster: one line that names the setting.
   *
   * @param failure what Vert.x failed with
   */
  static Problem startProblem(ClusterConfig cluster, Throwable failure) {
    Throwable root = failure;
    while (!(root instanceof JoinException) && root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof JoinException e
        ? problem(cluster, e)
        : new Problem("cluster.bus-port", "" + cluster.busPort(), freePort(cluster, root));
  }

  private static Problem problem(ClusterConfig cluster, JoinException e) {
    return switch (e.fault()) {
      case HOST -> Problem.ofText("cluster.host", cluster.host(), "an address of this machine");
      case OPEN_HOST -> ClusterConfig.openHost(cluster.host());
      case PORT -> new Problem("cluster.port", "" + cluster.port(), freePort(cluster, e));
      case CERTIFICATES ->
          new Problem("cluster.tls", "its files", "certificates in PEM: " + e.getMessage());
      case OTHER ->
          new Problem("cluster", "cannot join", "a cluster that lets it: " + e.getMessage());
    };
  }

  private static String freePort(ClusterConfig cluster, Throwable cause) {
    String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return "a free port of " + cluster.host() + ": " + reason;
  }
}
