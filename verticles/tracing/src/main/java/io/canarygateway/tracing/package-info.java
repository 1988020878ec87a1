/**
 * Exports spans to an OpenTelemetry collector. The proxy makes them, and knows only OpenTelemetry's
 * API.
 */
@NullMarked
package io.canarygateway.tracing;

import org.jspecify.annotations.NullMarked;
