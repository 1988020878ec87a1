package io.canarygateway.breaker;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One node's part of the cluster's limits, as the store keeps it. Immutable.
 *
 * @param node the node's id, new with each start; empty for nodes that have left
 * @param requests the requests that the node has leased, used or not
 * @param usedRequests the part of them that was used when the node wrote last
 * @param errors the errors that the node has leased, used or not
 * @param usedErrors the part of them that had failed when the node wrote last
 * @param wantsRequests whether the node refuses requests while nothing is left to lease
 * @param wantsErrors the same for errors
 * @param keepMs how long others keep this grant after its last change, in milliseconds; 0 for ever
 * @param beat changes with each write of the node
 */
record Grant(
    @JsonProperty(value = "node", required = true) String node,
    @JsonProperty(value = "requests", required = true) long requests,
    @JsonProperty(value = "used_requests", required = true) long usedRequests,
    @JsonProperty(value = "errors", required = true) long errors,
    @JsonProperty(value = "used_errors", required = true) long usedErrors,
    @JsonProperty(value = "wants_requests", required = true) boolean wantsRequests,
    @JsonProperty(value = "wants_errors", required = true) boolean wantsErrors,
    @JsonProperty(value = "keep_ms", required = true) long keepMs,
    @JsonProperty(value = "beat", required = true) long beat) {

  /** The node of the grant that sums up what nodes used that have left. */
  static final String LEFT = "";

  /** A node that has leased nothing. */
  static Grant none(String node) {
    return new Grant(node, 0, 0, 0, 0, false, false, 0, 0);
  }

  /** Whether the numbers are possible. */
  boolean valid() {
    return usedRequests >= 0
        && requests >= usedRequests
        && usedErrors >= 0
        && errors >= usedErrors
        && keepMs >= 0
        && beat >= 0;
  }

  boolean wants() {
    return wantsRequests || wantsErrors;
  }

  /** Whether the node holds anything that it has not used. */
  boolean holds() {
    return requests > usedRequests || errors > usedErrors;
  }

  /** This grant with another one added to it. All of the other one counts as used. */
  Grant plus(Grant other, long newKeepMs) {
    return new Grant(
        node,
        requests + other.requests,
        usedRequests + other.requests,
        errors + other.errors,
        usedErrors + other.errors,
        false,
        false,
        newKeepMs,
        beat + 1);
  }
}
