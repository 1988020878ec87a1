package io.canarygateway.breaker;

/**
 * A record that a node wants to write. Immutable.
 *
 * @param record the record
 * @param mine the node's grant in it
 * @param requests the requests that the node may use once the record is written
 * @param errors the errors that the node may use once the record is written
 * @param sentNanos the time before it was sent
 */
record Proposal(LeaseRecord record, Grant mine, long requests, long errors, long sentNanos) {

  /** Whether another record has this node's grant as this one has it, or lacks it as well. */
  boolean isIn(LeaseRecord other) {
    String node = mine.node();
    return other.find(node).map(Grant::beat).equals(record.find(node).map(Grant::beat));
  }
}
