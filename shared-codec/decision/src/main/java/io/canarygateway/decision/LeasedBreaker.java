package io.canarygateway.decision;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The circuit breaker of one process in a cluster. It admits requests by what the process has
 * leased of the cluster's limits, without asking another node.
 *
 * <p>A request takes one of the request lease and one of the error lease. The latter comes back
 * unless the request fails. {@link Lease} leases and returns. A limit that is off is counted too,
 * so that it can be turned on.
 */
public final class LeasedBreaker implements Breaker {

  private final Budget requestBudget = new Budget();
  private final Budget errorBudget = new Budget();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong reservations = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicLong inFlight = new AtomicLong();

  /**
   * The reservations in flight beyond a limit: those of {@code X-Canary}, and those from before the
   * limit was lowered. Their room goes back to the ledger and is not spent again.
   */
  private final AtomicLong covered = new AtomicLong();

  /** The room that has to go back to the ledger and that no ledger contains yet. */
  private final AtomicLong owed = new AtomicLong();

  private final AtomicBoolean wanting = new AtomicBoolean();
  private final Reservation.Counts counts = this::settle;
  private volatile Runnable hook = () -> {};

  /** Creates a breaker without a lease. */
  public LeasedBreaker() {}

  @Override
  public Optional<DecisionReason> tripped(BreakerLimits limits) {
    if (limits.requests() > 0 && requestBudget.balance() <= 0) {
      want();
      if (requestBudget.exhausted()) {
        return Optional.of(DecisionReason.REQUEST_LIMIT);
      }
    }
    if (limits.errors() > 0 && errorBudget.balance() <= 0) {
      want();
      if (errorBudget.exhausted()) {
        return Optional.of(errorLimit());
      }
    }
    return Optional.empty();
  }

  @Override
  public Admission admit(BreakerLimits limits) {
    if (!take(errorBudget, limits.errors())) {
      return refuse(errorBudget, errorLimit());
    }
    if (!take(requestBudget, limits.requests())) {
      errorBudget.add(1);
      return refuse(requestBudget, DecisionReason.REQUEST_LIMIT);
    }
    requests.incrementAndGet();
    return new Admission.Granted(reserve());
  }

  @Override
  public Reservation bypass() {
    errorBudget.takeAnyway();
    if (errorBudget.low()) {
      want();
    }
    return reserve();
  }

  /**
   * If the cluster has used up a limit, all of the limit is reported, else the use of this process.
   */
  @Override
  public LimitUse use(CanaryLimit which, BreakerLimits limits) {
    boolean ofErrors = which == CanaryLimit.ERRORS;
    Budget budget = ofErrors ? errorBudget : requestBudget;
    long limit = ofErrors ? limits.errors() : limits.requests();
    long mayComeBack = ofErrors ? inFlight.get() : 0;
    boolean reached = limit > 0 && budget.exhausted() && budget.balance() + mayComeBack <= 0;
    return new LimitUse(reached ? limit : (ofErrors ? errors : requests).get(), limit, reached);
  }

  @Override
  public long requests() {
    return requests.get();
  }

  @Override
  public long errors() {
    return errors.get();
  }

  @Override
  public long inFlight() {
    return inFlight.get();
  }

  /** {@return the errors reserved since the start, given back or not} */
  public long reservations() {
    return reservations.get();
  }

  /** {@return requests leased and not used; below zero, requests used and not leased} */
  public long unusedRequests() {
    return requestBudget.balance();
  }

  /**
   * {@return errors leased and neither used nor reserved; below zero, errors used and not leased}
   */
  public long unusedErrors() {
    return errorBudget.balance();
  }

  /**
   * Sets the action that runs when a lease runs low: once, until {@link #satisfied}.
   *
   * @param newHook the action; runs on the thread of the request
   */
  public void onWant(Runnable newHook) {
    hook = newHook;
  }

  /** {@return whether a lease has run low since the last {@link #satisfied}} */
  public boolean wants() {
    return wanting.get();
  }

  /** Allows the next lease that runs low to run the action again. */
  public void satisfied() {
    wanting.set(false);
  }

  Budget requestBudget() {
    return requestBudget;
  }

  Budget errorBudget() {
    return errorBudget;
  }

  private boolean take(Budget budget, long limit) {
    if (limit == 0) {
      budget.takeAnyway();
      return true;
    }
    boolean taken = budget.take();
    if (budget.low()) {
      want();
    }
    return taken;
  }

  private void want() {
    if (!wanting.get() && wanting.compareAndSet(false, true)) {
      hook.run();
    }
  }

  private static Admission refuse(Budget budget, DecisionReason limit) {
    return new Admission.Refused(budget.exhausted() ? limit : DecisionReason.NOT_LEASED);
  }

  /**
   * The reason why nothing of the error limit is left. Requests in flight may still give room back.
   */
  private DecisionReason errorLimit() {
    return errorBudget.balance() + inFlight.get() > 0
        ? DecisionReason.ERROR_LIMIT_RESERVED
        : DecisionReason.ERROR_LIMIT;
  }

  private Reservation reserve() {
    reservations.incrementAndGet();
    inFlight.incrementAndGet();
    return new Reservation(counts);
  }

  /** Marks the reservations in flight as room beyond the limit. */
  void coverInFlight() {
    covered.addAndGet(inFlight.get());
  }

  /** Adds a grant for errors that were used without a lease. */
  void payErrorsDebt(long debt) {
    // Before the grant, so that no request can spend room that comes back meanwhile.
    covered.addAndGet(Math.min(debt, inFlight.get()));
    owed.addAndGet(errorBudget.payDebt(debt));
  }

  /** {@return whether room of errors has to go back to the ledger} */
  public boolean owing() {
    return owed.get() > 0;
  }

  /** The room that has to go back. The caller puts it into the next ledger. */
  long takeOwed() {
    return owed.getAndSet(0);
  }

  private void settle(boolean error) {
    if (error) {
      errors.incrementAndGet();
    } else if (covered.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
      owed.incrementAndGet();
    } else {
      errorBudget.add(1);
    }
    inFlight.decrementAndGet();
  }
}
