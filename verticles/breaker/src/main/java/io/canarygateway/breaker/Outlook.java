package io.canarygateway.breaker;

import io.canarygateway.decision.BreakerLimits;

/** What one node concludes from the grants of all nodes. Confined to one thread. */
final class Outlook {

  private final String node;
  private final LeaseSize size;
  private final Observations observations;

  Outlook(String node, LeaseSize size, Observations observations) {
    this.node = node;
    this.size = size;
    this.observations = observations;
  }

  /**
   * Tells the counts what is known of the limits.
   *
   * @param answering whether the store answers; if not, nothing is known to be exhausted
   */
  void inform(LeasedCounts counts, LeaseRecord known, Demand demand, boolean answering) {
    BreakerLimits limits = demand.limits();
    BreakerLimits left = known.remaining(limits);
    long usedRequests = 0;
    long usedErrors = 0;
    for (Grant grant : known.grants()) {
      if (!grant.node().equals(node)) {
        boolean dead = observations.dead(grant);
        usedRequests += dead ? grant.requests() : grant.usedRequests();
        usedErrors += dead ? grant.errors() : grant.usedErrors();
      }
    }
    counts
        .requests()
        .view(
            view(
                limits.requests(), left.requests(), demand.requestRate(), usedRequests, answering));
    counts
        .errors()
        .view(view(limits.errors(), left.errors(), demand.errorRate(), usedErrors, answering));
  }

  private BudgetView view(long limit, long left, long rate, long usedByOthers, boolean answering) {
    return new BudgetView(
        size.of(left, rate) / 2,
        answering && limit > 0 && left <= 0,
        usedByOthers,
        limit > 0 && left < 0);
  }
}
