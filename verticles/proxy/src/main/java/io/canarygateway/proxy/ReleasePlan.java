package io.canarygateway.proxy;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.CanaryLimit;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.ErrorStatuses;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;

/**
 * The scoring of one route's requests, prepared for one event loop. Confined to that event loop.
 *
 * @param queue the requests that are scored
 * @param terms the rules under which they are
 * @param errors the statuses that count as failures
 * @param unscored counts the requests that the queue has no room for
 * @param breaker the route's circuit breaker
 * @param limits the breaker's limits
 */
record ReleasePlan(
    ReleaseQueue queue,
    ReleaseQueue.Terms terms,
    ErrorStatuses errors,
    Counter unscored,
    Breaker breaker,
    BreakerLimits limits) {

  private static final Duration LONGEST_DEADLINE = Duration.ofMinutes(5);
  private static final Duration SLACK = Duration.ofSeconds(1);

  static ReleasePlan of(RouteConfig route, ReleaseQueue queue, Counter unscored, Breaker breaker) {
    return new ReleasePlan(
        queue,
        new ReleaseQueue.Terms(
            route.rollout().canary(), deadline(route.upstreamClient().timeout()).toNanos()),
        route.release().errors(),
        unscored,
        breaker,
        route.routing().breakerLimits());
  }

  /**
   * Whether the breaker would let a request to canary. While it does not, canary has no clients, so
   * those of main are not compared either.
   */
  boolean isCanaryOpen() {
    return breaker.hasRoom(limits);
  }

  /**
   * Whether canary gets nothing because a limit is reached, or because this node has no lease of
   * it. Requests in flight that only reserve the rest of a limit are served by canary.
   */
  boolean isCanaryClosed() {
    return breaker.use(CanaryLimit.REQUESTS, limits).reached()
        || breaker.use(CanaryLimit.ERRORS, limits).reached()
        || breaker.inFlight() == 0 && !breaker.hasRoom(limits);
  }

  /**
   * Whether a route's requests are scored. Nothing can be compared while all of them go to one
   * target.
   */
  static boolean scores(RouteConfig route) {
    double weight = route.rollout().canary();
    return route.isDecidedByRollout()
        && route.routing().canaryEnabled()
        && weight > 0
        && weight < 1;
  }

  /** Whether chance or the client's key has decided where a request goes. */
  static boolean isOfRollout(DecisionReason reason) {
    return switch (reason) {
      case ROLLOUT_KEY, ROLLOUT_HEADER, ROLLOUT_COOKIE, ROLLOUT_NEW -> true;
      default -> false;
    };
  }

  /**
   * The time after which a request's outcome is no longer waited for. The upstream has its timeout
   * twice: for a connection, and for the head of its response.
   */
  static Duration deadline(Duration timeout) {
    return timeout.compareTo(LONGEST_DEADLINE.minus(SLACK).dividedBy(2)) < 0
        ? timeout.multipliedBy(2).plus(SLACK)
        : LONGEST_DEADLINE;
  }
}
