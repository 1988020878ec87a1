package io.canarygateway.decision;

import java.util.Optional;

/**
 * Counts what goes to canary and what fails there, and never lets either limit be overshot,
 * whatever the concurrency. One breaker serves all event loops of a process; it is lock-free and
 * any thread may call it. The limits are given with each call, since they may change at any time.
 */
public interface Breaker {

  /**
   * Tells which limit is used up, without reserving anything.
   *
   * @return {@link DecisionReason#REQUEST_LIMIT}, {@link DecisionReason#ERROR_LIMIT} or empty
   */
  Optional<DecisionReason> tripped(BreakerLimits limits);

  /**
   * Takes one request out of the request limit and reserves room for one error.
   *
   * @return the reservation, which must be settled; or why there is no room
   */
  Admission admit(BreakerLimits limits);

  /**
   * Reserves room for one error whether there is any or not: for requests that pass the breaker by
   * {@code X-Canary}, whose errors count all the same. They take nothing out of the request limit.
   */
  Reservation bypass();

  /** How many requests this process admitted since its start. */
  long requests();

  /** How many of its canary requests failed since its start. */
  long errors();

  /** How many of its canary requests are under way. */
  long inFlight();
}
