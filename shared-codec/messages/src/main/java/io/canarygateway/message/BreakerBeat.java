package io.canarygateway.message;

/**
 * A heartbeat of a node that shares the circuit breaker's limits.
 *
 * @param node the node's id, new with each start
 * @param unusedRequests requests that the node has leased and not used; never negative
 * @param unusedErrors errors that the node has leased, and neither used nor reserved; never
 *     negative
 * @param wantsRequests whether the node had to refuse requests because no more can be leased
 * @param wantsErrors whether the node had to refuse errors because no more can be leased
 */
public record BreakerBeat(
    String node,
    long unusedRequests,
    long unusedErrors,
    boolean wantsRequests,
    boolean wantsErrors) {}
