package io.canarygateway.breaker;

/**
 * What a node knows of one limit of the cluster. Immutable.
 *
 * @param lowWater at this balance and below it, it is time to lease more
 * @param exhausted whether nothing is left to lease
 * @param usedByOthers the amount that other nodes have used
 * @param closed whether more is leased than the limit allows, because the limit was lowered or
 *     because of requests that pass the breaker; then nothing is spent
 */
record BudgetView(long lowWater, boolean exhausted, long usedByOthers, boolean closed) {

  /** Nothing is known yet. */
  static final BudgetView UNKNOWN = new BudgetView(0, false, 0, false);

  /**
   * Whether the limit is used up.
   *
   * @param used the amount that this node has used
   * @param limit the limit; 0 means none
   */
  boolean reached(long used, long limit) {
    return limit > 0 && usedByOthers + used >= limit;
  }
}
