/** The snapshot of all settings at one moment, and a verticle's subscription to the newest one. */
@NullMarked
package io.canarygateway.snapshot;

import org.jspecify.annotations.NullMarked;
