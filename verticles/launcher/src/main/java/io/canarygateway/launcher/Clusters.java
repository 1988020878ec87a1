package io.canarygateway.launcher;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.HazelcastException;
import io.canarygateway.config.ClusterConfig;
import io.canarygateway.config.Member;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.BusSecret;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.util.Optional;

/** Configures Hazelcast and the clustered event bus by the section {@code cluster}. */
final class Clusters {

  private static final String EVERY_ADDRESS = "0.0.0.0";
  private static final String LOOPBACK = "127.0.0.1";

  private Clusters() {}

  /** Makes the cluster manager; reads the secret's file, so it blocks. */
  static ClusterManager manager(ClusterConfig cluster) {
    return new HazelcastClusterManager(hazelcast(cluster));
  }

  /**
   * Hazelcast's configuration: it looks only for the nodes that the section names, without
   * multicast, and reports nothing to its makers. Reads the secret's file, so it blocks.
   */
  static Config hazelcast(ClusterConfig cluster) {
    Config config = ConfigUtil.loadConfig();
    config.setClusterName(
        cluster.name() + secret(cluster).map(secret -> "-" + secret.token()).orElse(""));
    config
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.logging.type", "slf4j")
        // These details hold the cluster's name, and a token of the secret is part of that name.
        .setProperty("hazelcast.logging.details.enabled", "false")
        .setProperty("hazelcast.socket.bind.any", "false")
        .setProperty("hazelcast.wait.seconds.before.join", "0")
        // A node without a heartbeat for 10 s is removed from the cluster.
        .setProperty("hazelcast.heartbeat.interval.seconds", "1")
        .setProperty("hazelcast.max.no.heartbeat.seconds", "10")
        .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
        .setProperty("hazelcast.merge.next.run.delay.seconds", "5")
        .setProperty("hazelcast.graceful.shutdown.max.wait", "5");
    config.getMetricsConfig().setEnabled(false);
    config.getJetConfig().setEnabled(false);
    NetworkConfig network = config.getNetworkConfig();
    network.setPort(cluster.port()).setPortAutoIncrement(false).setReuseAddress(true);
    if (cluster.host().equals(EVERY_ADDRESS)) {
      network.setPublicAddress(publicHost(cluster));
    } else {
      network.getInterfaces().setEnabled(true).clear().addInterface(cluster.host());
      network.setPublicAddress(cluster.host());
    }
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    if (!cluster.serviceDns().isEmpty()) {
      join.getTcpIpConfig().setEnabled(false);
      join.getKubernetesConfig()
          .setEnabled(true)
          .setProperty("service-dns", cluster.serviceDns())
          .setProperty("service-port", Integer.toString(cluster.port()));
    }
    for (Member member : cluster.members()) {
      join.getTcpIpConfig().addMember(member.toString());
    }
    return config;
  }

  /** Sets where the event bus listens, and mutual TLS if the section asks for it. */
  static void configure(EventBusOptions options, ClusterConfig cluster) {
    options.setHost(cluster.host()).setPort(cluster.busPort());
    options.setClusterPublicHost(publicHost(cluster));
    cluster
        .tls()
        .ifPresent(
            tls ->
                options
                    .setSsl(true)
                    .setClientAuth(ClientAuth.REQUIRED)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .setCertPath(tls.certFile().toString())
                            .setKeyPath(tls.keyFile().toString()))
                    .setTrustOptions(new PemTrustOptions().addCertPath(tls.caFile().toString())));
  }

  /**
   * The address under which other nodes reach this one. It differs from {@code cluster.host} only
   * if that means every address of this machine.
   */
  static String publicHost(ClusterConfig cluster) {
    if (!cluster.host().equals(EVERY_ADDRESS)) {
      return cluster.host();
    }
    try {
      InetAddress named = InetAddress.getLocalHost();
      return named.isLoopbackAddress() ? firstAddress().orElse(LOOPBACK) : named.getHostAddress();
    } catch (IOException e) {
      return LOOPBACK;
    }
  }

  private static Optional<String> firstAddress() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .map(InetAddress::getHostAddress)
        .findFirst();
  }

  /**
   * Says why the process could not join the cluster: one line that names the setting.
   *
   * @param failure what Vert.x or Hazelcast failed with
   */
  static Problem startProblem(ClusterConfig cluster, Throwable failure) {
    Throwable root = failure;
    boolean membership = false;
    while (true) {
      membership |= root instanceof HazelcastException;
      if (root.getCause() == null) {
        break;
      }
      root = root.getCause();
    }
    String reason = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    if (reason.contains("No matching network interface")) {
      return Problem.ofText("cluster.host", cluster.host(), "an address of this machine");
    }
    return membership
        ? new Problem("cluster.port", "" + cluster.port(), expected(cluster, reason))
        : new Problem("cluster.bus-port", "" + cluster.busPort(), expected(cluster, reason));
  }

  private static String expected(ClusterConfig cluster, String reason) {
    return "a free port of " + cluster.host() + ": " + reason;
  }

  /** Reads the cluster's secret, if the section names a file of it; blocks. */
  static Optional<BusSecret> secret(ClusterConfig cluster) {
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
}
