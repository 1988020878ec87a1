package io.canarygateway.message;

/**
 * A flag set by an operator on one node, for all nodes.
 *
 * @param flag its name
 * @param text its value in canonical form, or null if the override is taken back
 * @param node the id of the node where it was set
 */
public record FlagOverride(String flag, String text, String node) {}
