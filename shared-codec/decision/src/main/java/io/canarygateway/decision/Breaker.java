package io.canarygateway.decision;

import java.time.Duration;
import java.util.Optional;

/**
 * Counts what goes to canary and what fails there, and never lets either limit be overshot,
 * whatever the concurrency. One breaker serves all event loops of a process; it is lock-free and
 * any thread may call it. The limits are given with each call, since they may change at any time.
 */
public interface Breaker {

  /**
   * Says for how long counts last, and when they start anew. Calls with an older revision than the
   * newest seen have no effect, so that every event loop may call it with its own snapshot. A
   * breaker of a cluster has neither a window nor generations.
   *
   * @param revision of the snapshot that says so
   * @param window what happened longer ago does not count; zero if everything counts
   * @param generation another one than before starts the counts anew; what was reserved before is
   *     settled without touching them
   */
  default void configure(long revision, Duration window, String generation) {}

  /**
   * Tells whether there is room, without reserving anything.
   *
   * @return what {@link #admit} would refuse with; empty if there is room
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

  /** How far a limit is used up. Reserves nothing, and asks nobody for more. */
  LimitUse use(CanaryLimit which, BreakerLimits limits);

  /** How many requests this process admitted, of those that count. */
  long requests();

  /** How many of its canary requests failed, of those that count. */
  long errors();

  /** How many of its canary requests hold room. */
  long inFlight();
}
