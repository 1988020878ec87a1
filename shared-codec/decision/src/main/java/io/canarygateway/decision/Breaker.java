package io.canarygateway.decision;

import java.util.Optional;

/**
 * The circuit breaker: counts requests to canary and their errors, and never exceeds either limit,
 * at any concurrency.
 *
 * <p>One breaker serves all event loops of a process. It is lock-free, and any thread may call it.
 * Each call gets the limits, because they may change at any time.
 */
public interface Breaker {

  /**
   * Checks for room without reserving any.
   *
   * @param limits the limits
   * @return the reason with which {@link #admit} would refuse; empty if there is room
   */
  Optional<DecisionReason> tripped(BreakerLimits limits);

  /**
   * Says whether {@link #admit} would admit a request at this moment. Unlike {@link #tripped} it
   * leaves no trace, so it may be asked about requests that do not go to canary.
   *
   * @param limits the limits
   * @return whether there is room
   */
  default boolean hasRoom(BreakerLimits limits) {
    return tripped(limits).isEmpty();
  }

  /**
   * Counts one request against the request limit and reserves room for one error.
   *
   * @param limits the limits
   * @return the reservation, which must be settled; or the reason of a refusal
   */
  Admission admit(BreakerLimits limits);

  /**
   * Reserves room for one error even if there is none. Requests with {@code X-Canary} pass the
   * breaker, but their errors count. They do not count against the request limit.
   *
   * @return the reservation, which must be settled
   */
  Reservation bypass();

  /**
   * Reports how far a limit is used up, without reserving anything.
   *
   * @param which the limit
   * @param limits the limits
   * @return the use
   */
  LimitUse use(CanaryLimit which, BreakerLimits limits);

  /** {@return the requests that this process admitted and that count now} */
  long requests();

  /** {@return the canary requests of this process that failed and that count now} */
  long errors();

  /** {@return the canary requests of this process that hold a reservation} */
  long inFlight();
}
