/**
 * The sources of the settings, their layers, and the snapshot that results. {@link
 * io.canarygateway.flagwatcher.FlagWatcherVerticle} is the entry; README.md shows the way of a
 * change through the classes.
 */
@NullMarked
package io.canarygateway.flagwatcher;

import org.jspecify.annotations.NullMarked;
