/**
 * The circuit breaker: exact limits for requests to canary and for canary's errors, in one process
 * and over the nodes of a cluster. A cluster's limits lie in a {@link
 * io.canarygateway.store.StateStore}; nodes lease parts of them in advance.
 */
@NullMarked
package io.canarygateway.breaker;

import org.jspecify.annotations.NullMarked;
