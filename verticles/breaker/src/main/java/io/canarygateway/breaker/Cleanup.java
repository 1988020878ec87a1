package io.canarygateway.breaker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Removes what no longer counts from a record of leases. Confined to one thread. */
final class Cleanup {

  /** A record has at least so many grants before the oldest are summed up. */
  private static final int LEAST_GRANTS = 64;

  private final String node;
  private final int mostGrants;
  private final Observations observations;

  /**
   * A cleanup by one node, whose own grant always stays.
   *
   * @param nodes the number of nodes in the complete cluster
   */
  Cleanup(String node, int nodes, Observations observations) {
    this.node = node;
    this.mostGrants = Math.max(LEAST_GRANTS, 4 * nodes);
    this.observations = observations;
  }

  /**
   * Removes grants that are older than they are kept, and sums up the oldest if there are very
   * many. A node whose grant is summed up starts anew, so nothing is spent twice.
   */
  LeaseRecord clean(LeaseRecord base, Duration window) {
    LeaseRecord cleaned = base;
    for (Grant grant : base.grants()) {
      boolean own = grant.node().equals(node);
      if (!own
          && grant.keepMs() > 0
          && observations.unchangedNanos(grant) > TimeUnit.MILLISECONDS.toNanos(grant.keepMs())) {
        cleaned = cleaned.without(grant.node());
      } else if (grant.node().equals(Grant.LEFT) && (grant.keepMs() > 0) == window.isZero()) {
        cleaned = cleaned.with(grant.plus(Grant.none(Grant.LEFT), KeepTime.ofWindow(window)));
      }
    }
    for (Grant grant : cleaned.grants()) {
      boolean summable =
          grant.keepMs() == 0 && !grant.node().equals(node) && !grant.node().equals(Grant.LEFT);
      if (cleaned.grants().size() > mostGrants && summable) {
        cleaned = cleaned.fold(grant);
      }
    }
    return cleaned;
  }
}
