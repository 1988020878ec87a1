/** Owns the settings' sources. Shows {@link io.canarygateway.flagwatcher.FlagWatcherVerticle}. */
package io.canarygateway.flagwatcher;
