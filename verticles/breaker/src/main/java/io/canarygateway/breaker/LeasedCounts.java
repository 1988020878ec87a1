package io.canarygateway.breaker;

import io.canarygateway.decision.Admission;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.CanaryLimit;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.LimitUse;
import io.canarygateway.decision.Reservation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The counts of one generation in one process of a cluster. A request takes one of the request
 * lease and one of the error lease. The latter comes back unless the request fails. Lock-free; safe
 * for use by any thread.
 */
final class LeasedCounts implements Reservation.Counts {

  /** A lease that needs no renewal. */
  static final long FOREVER = Long.MAX_VALUE;

  private final LongSupplier nanoClock;
  private final Runnable onWant;
  private final Budget requests;
  private final Budget errors;
  private final AtomicLong admitted = new AtomicLong();
  private final AtomicLong reservations = new AtomicLong();
  private final AtomicLong inFlight = new AtomicLong();
  private final LongAdder refusedRequests = new LongAdder();
  private final LongAdder refusedErrors = new LongAdder();
  private final AtomicBoolean wanting = new AtomicBoolean();

  /** The time after which nothing of the lease may be spent; {@link #FOREVER} without a window. */
  private volatile long validUntilNanos = FOREVER;

  /**
   * Creates counts without a lease.
   *
   * @param onWant runs on the thread of a request when a lease runs low: once, until {@link
   *     #satisfied}
   */
  LeasedCounts(LongSupplier nanoClock, Duration window, Runnable onWant) {
    this.nanoClock = nanoClock;
    this.onWant = onWant;
    requests = new Budget(nanoClock, window);
    errors = new Budget(nanoClock, window);
  }

  Budget requests() {
    return requests;
  }

  Budget errors() {
    return errors;
  }

  /** The requests admitted since the start; never falls. */
  long admitted() {
    return admitted.get();
  }

  /** The errors reserved since the start; never falls. */
  long reservations() {
    return reservations.get();
  }

  long inFlight() {
    return inFlight.get();
  }

  /** The requests refused since the start because this process had no request lease left. */
  long refusedRequests() {
    return refusedRequests.sum();
  }

  /** The requests refused since the start because this process had no error lease left. */
  long refusedErrors() {
    return refusedErrors.sum();
  }

  /** The canary requests that failed and count now. */
  long failed() {
    return Math.max(0, errors.used() - inFlight.get());
  }

  /** Lets the next lease that runs low run the action again. */
  void satisfied() {
    wanting.set(false);
  }

  void validUntil(long nanos) {
    validUntilNanos = nanos;
  }

  void window(Duration window) {
    requests.window(window);
    errors.window(window);
  }

  void forget() {
    requests.forget();
    errors.forget();
  }

  Optional<DecisionReason> tripped(BreakerLimits limits) {
    forget();
    if (limits.requests() > 0 && requests.balance() <= 0) {
      lacked(refusedRequests);
      if (requestsReached(limits)) {
        return Optional.of(DecisionReason.REQUEST_LIMIT);
      }
    }
    if (limits.errors() > 0 && errors.balance() <= 0) {
      lacked(refusedErrors);
      DecisionReason refusal = refusalOfErrors(limits);
      if (refusal != DecisionReason.NOT_LEASED) {
        return Optional.of(refusal);
      }
    }
    return Optional.empty();
  }

  boolean hasRoom(BreakerLimits limits) {
    if (expired()) {
      return false;
    }
    forget();
    return (limits.errors() == 0 || errors.mayTake())
        && (limits.requests() == 0 || requests.mayTake());
  }

  Admission admit(BreakerLimits limits) {
    if (expired()) {
      return new Admission.Refused(DecisionReason.NOT_LEASED);
    }
    forget();
    if (!take(errors, limits.errors())) {
      lacked(refusedErrors);
      // A used-up request limit lasts, unlike reservations: it is the more useful reason.
      return new Admission.Refused(
          requestsReached(limits) ? DecisionReason.REQUEST_LIMIT : refusalOfErrors(limits));
    }
    if (!take(requests, limits.requests())) {
      errors.putBack();
      lacked(refusedRequests);
      return new Admission.Refused(
          requestsReached(limits) ? DecisionReason.REQUEST_LIMIT : DecisionReason.NOT_LEASED);
    }
    requests.remember();
    admitted.incrementAndGet();
    return new Admission.Granted(reserve());
  }

  Reservation bypass() {
    errors.takeAnyway();
    if (errors.low()) {
      want();
    }
    return reserve();
  }

  LimitUse use(CanaryLimit which, BreakerLimits limits) {
    boolean ofErrors = which == CanaryLimit.ERRORS;
    forget();
    BudgetView view = (ofErrors ? errors : requests).view();
    long limit = ofErrors ? limits.errors() : limits.requests();
    long used = ofErrors ? failed() : requests.used();
    return new LimitUse(view.usedByOthers() + used, limit, view.reached(used, limit));
  }

  @Override
  public void settle(boolean error) {
    if (error) {
      errors.remember();
    } else {
      errors.putBack();
    }
    inFlight.decrementAndGet();
  }

  private boolean expired() {
    long until = validUntilNanos;
    return until != FOREVER && nanoClock.getAsLong() - until > 0;
  }

  private boolean take(Budget budget, long limit) {
    if (limit == 0) {
      budget.takeAnyway(); // Counted as well, so that the limit can be turned on.
      return true;
    }
    boolean taken = budget.take();
    if (budget.low()) {
      want();
    }
    return taken;
  }

  private void lacked(LongAdder refused) {
    refused.increment();
    want();
  }

  private void want() {
    if (!wanting.get() && wanting.compareAndSet(false, true)) {
      onWant.run();
    }
  }

  private boolean requestsReached(BreakerLimits limits) {
    return requests.view().reached(requests.used(), limits.requests());
  }

  /** Requests in flight, here or on another node, may still give room back. */
  private DecisionReason refusalOfErrors(BreakerLimits limits) {
    BudgetView view = errors.view();
    if (view.reached(failed(), limits.errors())) {
      return DecisionReason.ERROR_LIMIT;
    }
    return view.exhausted() ? DecisionReason.ERROR_LIMIT_RESERVED : DecisionReason.NOT_LEASED;
  }

  private Reservation reserve() {
    reservations.incrementAndGet();
    inFlight.incrementAndGet();
    return new Reservation(this);
  }
}
