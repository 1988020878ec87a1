package io.canarygateway.message;

/**
 * The settings of a node. Revisions of different nodes cannot be compared.
 *
 * @param node the id of the node, new with each start
 * @param snapshot its settings
 */
public record NodeSnapshot(String node, ConfigSnapshot snapshot) {}
