package io.canarygateway.proxy;

/**
 * The settings of a node's part of the cluster's circuit breaker. Immutable.
 *
 * @param node the node's id, new with each start
 * @param clusterSize the smallest number of nodes in the cluster; a lease takes a majority of them
 * @param spending whether this process routes requests; a process that does not only votes
 */
public record BreakerConfig(String node, int clusterSize, boolean spending) {}
