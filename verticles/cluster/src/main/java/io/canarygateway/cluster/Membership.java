package io.canarygateway.cluster;

import io.canarygateway.cluster.JoinException.Fault;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.infinispan.commons.CacheConfigurationException;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachemanagerlistener.annotation.Merged;
import org.infinispan.notifications.cachemanagerlistener.annotation.ViewChanged;
import org.infinispan.notifications.cachemanagerlistener.event.ViewChangedEvent;
import org.infinispan.remoting.transport.Address;
import org.jgroups.JChannel;
import org.jgroups.util.SocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node that has joined: its connections to other nodes and the maps that they share. */
final class Membership {

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  /** How often a node tries to join: while another one is just leaving, joining may fail. */
  private static final int MOST_TRIES = 5;

  private static final long PAUSE_MS = 500;

  private final DefaultCacheManager caches;
  private final Runnable closing;

  private Membership(DefaultCacheManager caches, Runnable closing) {
    this.caches = caches;
    this.closing = closing;
  }

  /**
   * Joins the cluster, or is its first node. Blocks for up to some seconds.
   *
   * @param closing called once the node has left
   * @throws JoinException if the node cannot listen
   */
  static Membership join(ClusterOptions options, SocketFactory sockets, Runnable closing)
      throws JoinException {
    InetAddress host = address(options.host());
    listenable(host, options);
    for (int tries = 1; ; tries++) {
      try {
        return tryToJoin(options, sockets, host, closing);
      } catch (Exception e) {
        if (tries == MOST_TRIES) {
          throw new JoinException(Fault.OTHER, root(e).toString(), e);
        }
        LOG.atWarn()
            .addKeyValue("error", root(e).toString())
            .log("could not join the cluster, and tries again");
        pause(PAUSE_MS * tries);
      }
    }
  }

  private static void pause(long millis) throws JoinException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JoinException(Fault.OTHER, "interrupted", e);
    }
  }

  private static Membership tryToJoin(
      ClusterOptions options, SocketFactory sockets, InetAddress host, Runnable closing)
      throws Exception {
    String node = UUID.randomUUID().toString();
    JChannel channel = NodeStack.channel(options, sockets, host, address(options.publicHost()));
    DefaultCacheManager caches = ClusterCaches.manager(node, options.groupName(), channel);
    try {
      caches.start();
    } catch (RuntimeException e) {
      caches.stop();
      throw e;
    }
    Membership joined = new Membership(caches, closing);
    LOG.atInfo().addKeyValue("nodes", joined.nodes()).log("joined the cluster");
    return joined;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static InetAddress address(String host) throws JoinException {
    try {
      return InetAddress.getByName(host);
    } catch (IOException e) {
      throw new JoinException(Fault.HOST, "unknown host " + host, e);
    }
  }

  /** JGroups would say neither which address nor why. */
  private static void listenable(InetAddress host, ClusterOptions options) throws JoinException {
    try {
      if (!host.isAnyLocalAddress() && NetworkInterface.getByInetAddress(host) == null) {
        throw new JoinException(Fault.HOST, "no address of this machine");
      }
      try (ServerSocket probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress(host, options.port()));
      }
    } catch (IOException e) {
      throw new JoinException(Fault.PORT, String.valueOf(e.getMessage()), e);
    }
  }

  /** A cluster manager of Vert.x on this membership; it starts and stops nothing. */
  ClusterManager manager() {
    return new InfinispanClusterManager(caches);
  }

  /** Makes a map known to this node, if it is not. */
  void define(String map) {
    try {
      caches.defineConfiguration(map, ClusterCaches.map());
    } catch (CacheConfigurationException e) {
      LOG.debug("the map {} is known by now", map, e);
    }
  }

  private List<String> nodes() {
    return caches.getTransport().getMembersPhysicalAddresses().stream()
        .map(Address::toString)
        .sorted()
        .toList();
  }

  /** Calls back after each change of the members, on a thread of Infinispan's. */
  void onChange(Runnable changed) {
    caches.addListener(new Changes(changed));
  }

  /** Leaves in order: the other nodes see it at once. Blocks. */
  void close() {
    caches.stop();
    closing.run();
  }

  /** Infinispan calls public methods of public classes only. */
  @Listener(sync = false)
  public final class Changes {

    private final Runnable changed;

    Changes(Runnable changed) {
      this.changed = changed;
    }

    /**
     * The members have changed.
     *
     * @param event the members before and after
     */
    @ViewChanged
    @Merged
    public void changed(ViewChangedEvent event) {
      LOG.atInfo().addKeyValue("nodes", nodes()).log("the nodes of the cluster have changed");
      changed.run();
    }
  }
}
