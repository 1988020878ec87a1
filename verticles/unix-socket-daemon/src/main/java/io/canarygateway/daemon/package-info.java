/** The assignment daemon. Shows {@link io.canarygateway.daemon.UnixSocketDaemonVerticle}. */
package io.canarygateway.daemon;
