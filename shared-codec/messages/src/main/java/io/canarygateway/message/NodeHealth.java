package io.canarygateway.message;

import io.canarygateway.message.ComponentHealth.Status;

/**
 * The health of a node, which it publishes each second.
 *
 * @param node the node's id, as in {@link NodeReport}
 * @param status the worst status of its components
 * @param detail the components that are not up, and why; empty if all are up
 */
public record NodeHealth(String node, Status status, String detail) {}
