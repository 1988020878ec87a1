/**
 * The data plane: takes requests, decides where they go, and forwards them. The public classes are
 * {@link io.canarygateway.proxy.ProxyVerticle} and the two verticles of the circuit breaker, with
 * their settings.
 */
@NullMarked
package io.canarygateway.proxy;

import org.jspecify.annotations.NullMarked;
