package io.canarygateway.decision;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The breaker of one process of a cluster. It admits by what the process has leased of the
 * cluster's limits, without asking anybody: a request takes one of the request lease, and one of
 * the error lease that comes back unless the canary fails. {@link Lease} draws and returns. A limit
 * that is off takes nothing away from anybody, but is counted all the same, so that it can be
 * turned on.
 */
public final class LeasedBreaker implements Breaker {

  private final Budget requestBudget = new Budget();
  private final Budget errorBudget = new Budget();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong reservations = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicLong inFlight = new AtomicLong();

  /**
   * How many of the reservations in flight hold room beyond a limit, by {@code X-Canary} or since
   * the limit was lowered: what comes back of it is the ledger's, and is not spent again.
   */
  private final AtomicLong covered = new AtomicLong();

  /** What came back of that, and the ledger does not know of yet. */
  private final AtomicLong owed = new AtomicLong();

  private final AtomicBoolean wanting = new AtomicBoolean();
  private final Reservation.Room room = this::settle;
  private volatile Runnable hook = () -> {};

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

  /** Of a limit that the cluster has used up, all of it is used; else what this process used. */
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

  /** How many errors were reserved since the start, given back or not. */
  public long reservations() {
    return reservations.get();
  }

  /** Requests leased and not used; below zero, used and not leased. */
  public long unusedRequests() {
    return requestBudget.balance();
  }

  /** Errors leased and neither used nor reserved; below zero, the other way round. */
  public long unusedErrors() {
    return errorBudget.balance();
  }

  /**
   * What to call when a lease runs low: once, until {@link #satisfied}. On the thread of the
   * request.
   */
  public void onWant(Runnable newHook) {
    hook = newHook;
  }

  /** Whether a lease has run low since the last {@link #satisfied}. */
  public boolean wants() {
    return wanting.get();
  }

  /** The next lease that runs low calls the hook again. */
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

  /** Why nothing of the error limit is left: what is in flight here may come back. */
  private DecisionReason errorLimit() {
    return errorBudget.balance() + inFlight.get() > 0
        ? DecisionReason.ERROR_LIMIT_RESERVED
        : DecisionReason.ERROR_LIMIT;
  }

  private Reservation reserve() {
    reservations.incrementAndGet();
    inFlight.incrementAndGet();
    return new Reservation(room);
  }

  /** The reservations that are in flight now hold room beyond the limit. */
  void coverInFlight() {
    covered.addAndGet(inFlight.get());
  }

  /** Errors used without a lease were granted now. */
  void payErrorsDebt(long debt) {
    // First, so that nothing of it can come back to be spent.
    covered.addAndGet(Math.min(debt, inFlight.get()));
    owed.addAndGet(errorBudget.payDebt(debt));
  }

  /** Whether there is errors' room to go back to the ledger. */
  public boolean owing() {
    return owed.get() > 0;
  }

  /** How much that is; it counts as told from now on. */
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
