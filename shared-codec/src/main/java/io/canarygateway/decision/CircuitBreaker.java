package io.canarygateway.decision;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The breaker of a process on its own. The counters never refill before a restart, as in
 * canary-router; unlike there, a request reserves room in the error budget while it is in flight,
 * so that errors under way are counted before they happen.
 */
public final class CircuitBreaker implements Breaker {

  /** In-flight requests are in the low bits of one word, errors above them: both change at once. */
  private static final int ERROR_SHIFT = 24;

  private static final long IN_FLIGHT_MASK = (1L << ERROR_SHIFT) - 1;
  private static final long ONE_ERROR = 1L << ERROR_SHIFT;
  private static final long MAX_ERRORS = Long.MAX_VALUE >> ERROR_SHIFT;

  private static final Optional<DecisionReason> REQUEST_LIMIT =
      Optional.of(DecisionReason.REQUEST_LIMIT);
  private static final Optional<DecisionReason> ERROR_LIMIT =
      Optional.of(DecisionReason.ERROR_LIMIT);

  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong errorsAndInFlight = new AtomicLong();
  private final Reservation.Room room = this::settle;

  @Override
  public Optional<DecisionReason> tripped(BreakerLimits limits) {
    if (limits.requests() > 0 && requests.get() >= limits.requests()) {
      return REQUEST_LIMIT;
    }
    if (limits.errors() > 0 && errors() >= limits.errors()) {
      return ERROR_LIMIT;
    }
    return Optional.empty();
  }

  @Override
  public Admission admit(BreakerLimits limits) {
    if (!reserveError(limits.errors())) {
      return Admission.refused(DecisionReason.ERROR_LIMIT);
    }
    if (!takeRequest(limits.requests())) {
      errorsAndInFlight.decrementAndGet();
      return Admission.refused(DecisionReason.REQUEST_LIMIT);
    }
    return Admission.of(new Reservation(room));
  }

  @Override
  public Reservation bypass() {
    errorsAndInFlight.incrementAndGet();
    return new Reservation(room);
  }

  @Override
  public long requests() {
    return requests.get();
  }

  @Override
  public long errors() {
    return errorsAndInFlight.get() >>> ERROR_SHIFT;
  }

  @Override
  public long inFlight() {
    return errorsAndInFlight.get() & IN_FLIGHT_MASK;
  }

  private boolean reserveError(long limit) {
    while (true) {
      long seen = errorsAndInFlight.get();
      if (limit > 0 && (seen >>> ERROR_SHIFT) + (seen & IN_FLIGHT_MASK) >= limit) {
        return false;
      }
      if (errorsAndInFlight.compareAndSet(seen, seen + 1)) {
        return true;
      }
    }
  }

  private boolean takeRequest(long limit) {
    while (true) {
      long seen = requests.get();
      if (limit > 0 && seen >= limit) {
        return false;
      }
      if (requests.compareAndSet(seen, seen + 1)) {
        return true;
      }
    }
  }

  private void settle(boolean error) {
    errorsAndInFlight.updateAndGet(
        seen -> seen - 1 + (error && (seen >>> ERROR_SHIFT) < MAX_ERRORS ? ONE_ERROR : 0));
  }
}
