/**
 * The decision about a request: assignments, rollouts, and the interface of the circuit breaker.
 * Nothing here does I/O or needs a framework.
 */
@NullMarked
package io.canarygateway.decision;

import org.jspecify.annotations.NullMarked;
