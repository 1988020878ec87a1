package io.canarygateway.breaker;

/**
 * What one write changes of a node's part of one limit.
 *
 * @param debt what the node has used without a lease, and leases now
 * @param more what the node leases in advance
 * @param total what the node has leased after the write
 * @param left what is left to lease after the write; below zero if more is leased than the limit
 */
record Draw(long debt, long more, long total, long left) {

  /**
   * Decides what to lease.
   *
   * @param leftByOthers the limit less what other nodes have leased
   * @param budget this node's part
   * @param debt what the node has used without a lease
   * @param inAdvance whether the node leases in advance
   * @param rate the use in the last second
   */
  static Draw of(
      long leftByOthers, Budget budget, long debt, boolean inAdvance, long rate, LeaseSize size) {
    long held = budget.leased() + debt;
    long left = leftByOthers - held;
    long more = inAdvance ? size.fill(left, rate, budget.balance()) : 0;
    return new Draw(debt, more, held + more, left - more);
  }

  /** What the node may use besides what it has. */
  long added() {
    return debt + more;
  }

  boolean nothingLeft() {
    return left <= 0 && more == 0;
  }
}
