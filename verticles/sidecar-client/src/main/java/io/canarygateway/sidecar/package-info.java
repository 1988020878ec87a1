/**
 * The client of the sidecar over HTTP. The public class is {@link
 * io.canarygateway.sidecar.SidecarClientVerticle}.
 */
@NullMarked
package io.canarygateway.sidecar;

import org.jspecify.annotations.NullMarked;
