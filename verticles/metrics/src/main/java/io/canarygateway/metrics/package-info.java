/** The instrumentation port. Shows {@link io.canarygateway.metrics.MetricsVerticle}. */
package io.canarygateway.metrics;
