/**
 * maxwells-daemon's assignment socket. {@link io.canarygateway.daemon.UnixSocketDaemonVerticle} is
 * the entry; README.md shows the way of a line through the classes.
 */
@NullMarked
package io.canarygateway.daemon;

import org.jspecify.annotations.NullMarked;
