package io.canarygateway.proxy;

/**
 * What a node's part of the cluster's circuit breaker is started with.
 *
 * @param node the node's id, new with each start
 * @param clusterSize how many nodes the cluster has at least; without a majority of them nothing is
 *     leased
 * @param spending whether this process routes requests; one that does not only has a say
 */
public record BreakerConfig(String node, int clusterSize, boolean spending) {}
