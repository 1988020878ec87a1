/** Asks the sidecar over HTTP. Shows {@link io.canarygateway.sidecar.SidecarClientVerticle}. */
package io.canarygateway.sidecar;
