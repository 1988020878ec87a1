/**
 * Joining a cluster of gateways: the membership (JGroups), the shared maps (Infinispan) and the
 * clustered event bus of Vert.x, each behind mutual TLS.
 *
 * <p>A user's own program joins by {@link io.canarygateway.cluster.GatewayCluster} too. It needs
 * this package and {@code io.canarygateway.message}, and nothing else of the gateway.
 */
@NullMarked
package io.canarygateway.cluster;

import org.jspecify.annotations.NullMarked;
