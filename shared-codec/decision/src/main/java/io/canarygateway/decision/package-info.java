/**
 * The decision about a request: assignments, rollouts, the circuit breaker's counts and a cluster's
 * leases. Nothing here does I/O or needs a framework.
 */
@NullMarked
package io.canarygateway.decision;

import org.jspecify.annotations.NullMarked;
