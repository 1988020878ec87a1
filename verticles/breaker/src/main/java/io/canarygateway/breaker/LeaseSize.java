package io.canarygateway.breaker;

/**
 * How much a node leases at a time.
 *
 * @param nodes the number of nodes in the complete cluster
 */
record LeaseSize(int nodes) {

  /** The usual largest lease. A node that uses more than half of this in a second leases more. */
  static final long USUAL = 100;

  /**
   * The size of a lease: half of this node's part of the remainder, or the demand of two seconds if
   * that is less. At least 1 while anything remains.
   */
  long of(long left, long rate) {
    long part = Math.min(left / (2L * nodes), Math.max(USUAL, 2 * rate));
    return left > 0 ? Math.max(1, part) : 0;
  }

  /**
   * What a node leases now: enough to have a full lease again, if at most half of one is unused.
   *
   * @param left what is left to lease
   * @param rate the use in the last second
   * @param unused what the node has leased and not used
   */
  long fill(long left, long rate, long unused) {
    long size = of(left, rate);
    return unused <= size / 2 ? size - Math.max(0, Math.min(size, unused)) : 0;
  }
}
