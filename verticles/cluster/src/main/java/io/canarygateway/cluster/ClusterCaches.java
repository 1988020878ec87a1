package io.canarygateway.cluster;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.Configuration;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.configuration.global.ShutdownHookBehavior;
import org.infinispan.conflict.MergePolicy;
import org.infinispan.lock.configuration.ClusteredLockManagerConfigurationBuilder;
import org.infinispan.lock.configuration.Reliability;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.partitionhandling.PartitionHandling;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jgroups.JChannel;

/**
 * The maps that nodes share. Each node has all of every map: they are small, and so they survive
 * the loss of any nodes but the last, and are read without asking another node.
 */
final class ClusterCaches {

  private static final long REMOTE_TIMEOUT_MS = 5_000;
  private static final long TRANSFER_TIMEOUT_MS = 15_000;

  /** What Vert.x's cluster manager keeps: who listens to which address, and where nodes are. */
  static final String REGISTRATIONS = "__vertx.subs";

  private static final List<String> CACHES = List.of(REGISTRATIONS, "__vertx.nodeInfo");

  /** The pattern of the maps that verticles ask for. */
  private static final String PATTERN = "__vertx.distributed.cache.configuration";

  private ClusterCaches() {}

  /**
   * A manager that is not started yet. To start it joins the cluster, and blocks for that.
   *
   * @param node an id that is new with each start
   */
  static DefaultCacheManager manager(String node, String group, JChannel channel) {
    GlobalConfigurationBuilder global = new GlobalConfigurationBuilder();
    global.classLoader(ClusterCaches.class.getClassLoader());
    global.cacheManagerName(node);
    global
        .transport()
        .transport(new JGroupsTransport(channel))
        .clusterName(group)
        .nodeName(node)
        .distributedSyncTimeout(TRANSFER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    global.jmx().disable();
    global.metrics().gauges(false).histograms(false);
    // The default is CONSISTENT. With that, nodes that were killed can leave a coordinator on which
    // each joining node fails (infinispan/infinispan#14511).
    global
        .addModule(ClusteredLockManagerConfigurationBuilder.class)
        .reliability(Reliability.AVAILABLE);
    global.shutdown().hookBehavior(ShutdownHookBehavior.DONT_REGISTER);
    DefaultCacheManager manager = new DefaultCacheManager(global.build(), false);
    for (String cache : CACHES) {
      manager.defineConfiguration(cache, replicated().build());
    }
    manager.defineConfiguration(PATTERN, replicated().template(true).build());
    return manager;
  }

  /** The configuration of a map that verticles ask for. */
  static Configuration map() {
    return replicated().build();
  }

  /** Two parts that were cut off from each other keep the entries of both when they join again. */
  private static ConfigurationBuilder replicated() {
    ConfigurationBuilder builder = new ConfigurationBuilder();
    builder
        .clustering()
        .cacheMode(CacheMode.REPL_SYNC)
        .remoteTimeout(REMOTE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .stateTransfer()
        .timeout(TRANSFER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    builder
        .clustering()
        .partitionHandling()
        .whenSplit(PartitionHandling.ALLOW_READ_WRITES)
        .mergePolicy(MergePolicy.PREFERRED_NON_NULL);
    return builder;
  }
}
