package io.canarygateway.breaker;

import io.canarygateway.decision.BreakerLimits;
import java.time.Duration;

/**
 * What a node needs of the cluster's limits at one moment. Immutable.
 *
 * @param limits the limits
 * @param window how long a use counts; zero if it counts for ever
 * @param drawRequests whether the node leases requests in advance
 * @param drawErrors whether the node leases errors in advance
 * @param requestRate the requests admitted in the last second
 * @param errorRate the errors reserved in the last second
 * @param refusesRequests whether the node has refused requests lately because it had no request
 *     lease left
 * @param refusesErrors the same for errors
 */
record Demand(
    BreakerLimits limits,
    Duration window,
    boolean drawRequests,
    boolean drawErrors,
    long requestRate,
    long errorRate,
    boolean refusesRequests,
    boolean refusesErrors) {}
