package io.canarygateway.decision;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What one generation of the circuit breaker has counted: requests, errors, and requests in flight
 * that may become errors. Lock-free; any thread.
 */
final class CanaryCounts implements Reservation.Room {

  /** In-flight requests are in the low bits of one word, errors above them: both change at once. */
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

  /** Forgets what is older than the window; to be called before anything is decided. */
  void forget() {
    recentRequests.forget();
    recentErrors.forget();
  }

  /** Another window holds from now on. One call at a time. */
  void window(Duration window) {
    recentRequests.window(window);
    recentErrors.window(window);
  }

  /** Why there is no room, or null if there is. */
  DecisionReason refusal(BreakerLimits limits) {
    return requestsReached(limits)
        ? DecisionReason.REQUEST_LIMIT
        : errorRefusal(errorsAndInFlight.get(), limits.errors());
  }

  /** Takes one request and room for one error; or tells why there is none, and takes nothing. */
  DecisionReason reserve(BreakerLimits limits) {
    while (true) {
      long seen = errorsAndInFlight.get();
      DecisionReason refusal = errorRefusal(seen, limits.errors());
      if (refusal != null) {
        // Only errors in flight are no reason that outlasts them: another one goes before it.
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

  /** Takes room for one error, whether there is any or not. */
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

  private static DecisionReason errorRefusal(long word, long limit) {
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
