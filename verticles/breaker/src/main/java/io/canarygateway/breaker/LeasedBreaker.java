package io.canarygateway.breaker;

import io.canarygateway.decision.Admission;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.CanaryLimit;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.LimitUse;
import io.canarygateway.decision.Reservation;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The circuit breaker of one process in a cluster. It admits requests by what the process has
 * leased of the cluster's limits, without asking anybody. {@link Lease} leases and returns.
 */
final class LeasedBreaker implements Breaker {

  private final LongSupplier nanoClock;
  private volatile Runnable onWant = () -> {};
  private volatile LeasedCounts counts;

  /**
   * Creates a breaker without a lease.
   *
   * @param nanoClock nanoseconds that never go back, such as {@code System::nanoTime}; called by
   *     any thread
   */
  LeasedBreaker(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.counts = fresh(Duration.ZERO);
  }

  /** The counts of the current generation. */
  LeasedCounts counts() {
    return counts;
  }

  /**
   * Starts the counts anew, without a lease. Requests in flight are settled without being counted.
   */
  LeasedCounts startAnew(Duration window) {
    LeasedCounts next = fresh(window);
    counts = next;
    return next;
  }

  /** Sets the action that runs when a lease runs low, on the thread of a request. */
  void onWant(Runnable action) {
    onWant = action;
  }

  private LeasedCounts fresh(Duration window) {
    return new LeasedCounts(nanoClock, window, () -> onWant.run());
  }

  @Override
  public Optional<DecisionReason> tripped(BreakerLimits limits) {
    return counts.tripped(limits);
  }

  @Override
  public boolean hasRoom(BreakerLimits limits) {
    return counts.hasRoom(limits);
  }

  @Override
  public Admission admit(BreakerLimits limits) {
    return counts.admit(limits);
  }

  @Override
  public Reservation bypass() {
    return counts.bypass();
  }

  @Override
  public LimitUse use(CanaryLimit which, BreakerLimits limits) {
    return counts.use(which, limits);
  }

  @Override
  public long requests() {
    LeasedCounts now = counts;
    now.forget();
    return now.requests().used();
  }

  @Override
  public long errors() {
    LeasedCounts now = counts;
    now.forget();
    return now.failed();
  }

  @Override
  public long inFlight() {
    return counts.inFlight();
  }
}
