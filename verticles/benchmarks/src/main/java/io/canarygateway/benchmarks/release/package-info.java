/** Simulations of releases: false alarms, harm and time, on a simulated clock. Never shipped. */
@NullMarked
package io.canarygateway.benchmarks.release;

import org.jspecify.annotations.NullMarked;
