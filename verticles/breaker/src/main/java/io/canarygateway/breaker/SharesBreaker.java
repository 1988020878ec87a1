package io.canarygateway.breaker;

import io.canarygateway.config.ClusterConfig;
import io.canarygateway.decision.Admission;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.CanaryLimit;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.LimitUse;
import io.canarygateway.decision.Reservation;
import java.time.Duration;
import java.util.Optional;

/**
 * The circuit breaker of a node that has its fixed share of each limit. The nodes do not
 * communicate. Lock-free; safe for use by any thread.
 *
 * <p>A limit of 10 over 3 nodes is 3 for each. If the nodes know their places, the first node gets
 * the remaining 1.
 */
final class SharesBreaker implements LocalBreaker {

  private final LocalBreaker counts;
  private final int nodes;
  private final ClusterConfig.Place place;

  /**
   * A breaker with a share of each limit.
   *
   * @param counts counts for this node
   * @param nodes the number of nodes in the complete cluster; at least 1
   * @param place this node's place among them
   */
  SharesBreaker(LocalBreaker counts, int nodes, ClusterConfig.Place place) {
    this.counts = counts;
    this.nodes = nodes;
    this.place = place;
  }

  /** This node's share of a limit; 0 if the limit is off or too small for this node. */
  private long share(long limit) {
    long rest = limit % nodes;
    return limit / nodes + (place.isKnown() && place.number() < rest ? 1 : 0);
  }

  private BreakerLimits shares(BreakerLimits limits) {
    return new BreakerLimits(share(limits.requests()), share(limits.errors()));
  }

  /** A share of 0 of a limit means that nothing may pass; for the counts it would be no limit. */
  private Optional<DecisionReason> nothing(BreakerLimits limits) {
    if (limits.requests() > 0 && share(limits.requests()) == 0) {
      return Optional.of(DecisionReason.REQUEST_LIMIT);
    }
    return limits.errors() > 0 && share(limits.errors()) == 0
        ? Optional.of(DecisionReason.ERROR_LIMIT)
        : Optional.empty();
  }

  @Override
  public void configure(Duration window, String generation) {
    counts.configure(window, generation);
  }

  @Override
  public Optional<DecisionReason> tripped(BreakerLimits limits) {
    Optional<DecisionReason> nothing = nothing(limits);
    return nothing.isPresent() ? nothing : counts.tripped(shares(limits));
  }

  @Override
  public Admission admit(BreakerLimits limits) {
    Optional<DecisionReason> nothing = nothing(limits);
    return nothing.isPresent()
        ? new Admission.Refused(nothing.get())
        : counts.admit(shares(limits));
  }

  @Override
  public Reservation bypass() {
    return counts.bypass();
  }

  @Override
  public LimitUse use(CanaryLimit which, BreakerLimits limits) {
    boolean ofErrors = which == CanaryLimit.ERRORS;
    long limit = ofErrors ? limits.errors() : limits.requests();
    long share = share(limit);
    long used = ofErrors ? errors() : requests();
    return new LimitUse(used, share, limit > 0 && used >= share);
  }

  @Override
  public long requests() {
    return counts.requests();
  }

  @Override
  public long errors() {
    return counts.errors();
  }

  @Override
  public long inFlight() {
    return counts.inFlight();
  }
}
