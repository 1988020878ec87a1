package io.canarygateway.message;

/**
 * A sign of life of a node that shares the circuit breaker's limits.
 *
 * @param node its id, new with each start
 * @param unusedRequests requests that it has leased and not used; never negative
 * @param unusedErrors errors that it has leased, and neither used nor reserved; never negative
 * @param wantsRequests whether it had to refuse requests since none are left to be leased
 * @param wantsErrors likewise for errors
 */
public record BreakerBeat(
    String node,
    long unusedRequests,
    long unusedErrors,
    boolean wantsRequests,
    boolean wantsErrors) {}
