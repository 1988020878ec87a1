/**
 * The instrumentation port, and the sinks of metrics. {@link
 * io.canarygateway.metrics.MetricsVerticle} is the entry.
 */
@NullMarked
package io.canarygateway.metrics;

import org.jspecify.annotations.NullMarked;
