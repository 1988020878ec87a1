package io.canarygateway.breaker;

import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.Reservation;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The counts of one generation of the circuit breaker: requests, errors, and requests in flight
 * that may become errors. Lock-free; safe for use by any thread.
 */
final class CanaryCounts implements Reservation.Counts {

  /**
   * One word holds the requests in flight in its low bits and the errors above them, so that both
   * change at once.
   */
  private static final int ERROR_SHIFT = 24;

  private static final long IN_FLIGHT_MASK = (1L << ERROR_SHIFT) - 1;
  private static final long ONE_ERROR = 1L << ERROR_SHIFT;
  private static final long MAX_ERRORS = Long.MAX_VALUE >> ERROR_SHIFT;

  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong errorsAndInFlight = new AtomicLong();
  private final RecentCount recentRequests;
  private final RecentCount recentErrors;

  CanaryCounts(LongSupplier nanoClock, Duration window) {
    recentRequests = new RecentCount(requests, 1, nanoClock, window);
    recentErrors = new RecentCount(errorsAndInFlight, ONE_ERROR, nanoClock, window);
  }

  /** Drops events that are older than the window. Callers do this before they decide. */
  void forget() {
    recentRequests.forget();
    recentErrors.forget();
  }

  /** Changes the window. Callers make one call at a time. */
  void window(Duration window) {
    recentRequests.window(window);
    recentErrors.window(window);
  }

  /** The reason why there is no room, or null if there is. */
  @Nullable DecisionReason refusal(BreakerLimits limits) {
    return requestsReached(limits)
        ? DecisionReason.REQUEST_LIMIT
        : errorRefusal(errorsAndInFlight.get(), limits.errors());
  }

  /**
   * Counts one request and reserves room for one error.
   *
   * @return null, or the reason why nothing was counted
   */
  @Nullable DecisionReason reserve(BreakerLimits limits) {
    while (true) {
      long seen = errorsAndInFlight.get();
      DecisionReason refusal = errorRefusal(seen, limits.errors());
      if (refusal != null) {
        // A used-up request limit lasts, unlike reservations: it is the more useful reason.
        return requestsReached(limits) ? DecisionReason.REQUEST_LIMIT : refusal;
      }
      if (errorsAndInFlight.compareAndSet(seen, seen + 1)) {
        break;
      }
    }
    if (takeRequest(limits.requests())) {
      return null;
    }
    errorsAndInFlight.decrementAndGet();
    return DecisionReason.REQUEST_LIMIT;
  }

  /** Reserves room for one error even if there is none. */
  void reserveAnyway() {
    errorsAndInFlight.incrementAndGet();
  }

  @Override
  public void settle(boolean error) {
    while (true) {
      long seen = errorsAndInFlight.get();
      boolean counts = error && errors(seen) < MAX_ERRORS;
      if (errorsAndInFlight.compareAndSet(seen, seen - 1 + (counts ? ONE_ERROR : 0))) {
        if (counts) {
          recentErrors.happened();
        }
        return;
      }
    }
  }

  long requests() {
    return requests.get();
  }

  long errors() {
    return errors(errorsAndInFlight.get());
  }

  long inFlight() {
    return inFlight(errorsAndInFlight.get());
  }

  private static long errors(long word) {
    return word >>> ERROR_SHIFT;
  }

  private static long inFlight(long word) {
    return word & IN_FLIGHT_MASK;
  }

  private boolean requestsReached(BreakerLimits limits) {
    return limits.requests() > 0 && requests.get() >= limits.requests();
  }

  private static @Nullable DecisionReason errorRefusal(long word, long limit) {
    if (limit == 0 || errors(word) + inFlight(word) < limit) {
      return null;
    }
    return errors(word) >= limit ? DecisionReason.ERROR_LIMIT : DecisionReason.ERROR_LIMIT_RESERVED;
  }

  private boolean takeRequest(long limit) {
    while (true) {
      long seen = requests.get();
      if (limit > 0 && seen >= limit) {
        return false;
      }
      if (requests.compareAndSet(seen, seen + 1)) {
        recentRequests.happened();
        return true;
      }
    }
  }
}
