package io.canarygateway.decision;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what goes to canary and what fails there, and never lets either limit be overshot,
 * whatever the concurrency. One breaker serves all event loops of a process; it is lock-free and
 * any thread may call it. The counters never refill before a restart, as in canary-router; unlike
 * there, a request reserves room in the error budget while it is in flight, so that errors under
 * way are counted before they happen. The limits are given with each call, since they may change at
 * any time.
 */
public final class CircuitBreaker {

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

  /**
   * Tells which limit is used up, without reserving anything.
   *
   * @return {@link DecisionReason#REQUEST_LIMIT}, {@link DecisionReason#ERROR_LIMIT} or empty
   */
  public Optional<DecisionReason> tripped(BreakerLimits limits) {
    if (limits.requests() > 0 && requests.get() >= limits.requests()) {
      return REQUEST_LIMIT;
    }
    if (limits.errors() > 0 && errors() >= limits.errors()) {
      return ERROR_LIMIT;
    }
    return Optional.empty();
  }

  /**
   * Takes one request out of the request limit and reserves room for one error.
   *
   * @return the reservation, which must be settled; or the limit that left no room: {@link
   *     DecisionReason#REQUEST_LIMIT} or {@link DecisionReason#ERROR_LIMIT}
   */
  public Admission admit(BreakerLimits limits) {
    if (!reserveError(limits.errors())) {
      return new Admission(null, DecisionReason.ERROR_LIMIT);
    }
    if (!takeRequest(limits.requests())) {
      errorsAndInFlight.decrementAndGet();
      return new Admission(null, DecisionReason.REQUEST_LIMIT);
    }
    return new Admission(new Reservation(), null);
  }

  /**
   * Reserves room for one error whether there is any or not: for requests that pass the breaker by
   * {@code X-Canary}, whose errors count all the same. They take nothing out of the request limit.
   */
  public Reservation bypass() {
    errorsAndInFlight.incrementAndGet();
    return new Reservation();
  }

  /** How many requests were admitted since the start. */
  public long requests() {
    return requests.get();
  }

  /** How many canary requests failed since the start. */
  public long errors() {
    return errorsAndInFlight.get() >>> ERROR_SHIFT;
  }

  /** How many canary requests are under way. */
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

  /**
   * What {@link #admit} answers: one of the two is set.
   *
   * @param reservation the room reserved, or null
   * @param refusal the limit without room, or null
   */
  public record Admission(Reservation reservation, DecisionReason refusal) {}

  /** Room for one error, held while a canary request is in flight. */
  public final class Reservation {

    private final AtomicBoolean settled = new AtomicBoolean();

    private Reservation() {}

    /**
     * Gives the room back, or turns it into an error. Only the first call counts, so that every way
     * in which a request can end may call it.
     *
     * @param error whether the canary failed
     */
    public void settle(boolean error) {
      if (settled.compareAndSet(false, true)) {
        CircuitBreaker.this.settle(error);
      }
    }
  }
}
