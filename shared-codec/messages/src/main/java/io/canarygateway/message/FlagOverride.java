package io.canarygateway.message;

import java.util.Optional;

/**
 * A flag that an operator has set on one node, for all nodes.
 *
 * @param flag the flag's name
 * @param text the value in canonical form; empty if the override is removed
 * @param node the id of the node where the operator set it
 */
public record FlagOverride(String flag, Optional<String> text, String node) {}
