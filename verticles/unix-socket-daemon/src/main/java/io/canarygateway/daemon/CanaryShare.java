package io.canarygateway.daemon;

import io.canarygateway.config.RolloutConfig;
import io.canarygateway.config.RoutingConfig;

/**
 * The share of the assignments that the daemon sends to canary. A daemon's client gets the location
 * that the proxy chooses for a request of the route with the same assignment. The breaker's request
 * limit has no influence, since the gateway does not see the requests of the daemon's clients.
 */
final class CanaryShare {

  private static final double NONE = 0;
  private static final double ALL = 1;

  private CanaryShare() {}

  /**
   * The share of a route, from 0 to 1: assignments below it go to canary.
   *
   * @param errorLimitReached whether the route's error limit is reached
   */
  static double of(RoutingConfig routing, RolloutConfig rollout, boolean errorLimitReached) {
    if (!routing.canaryEnabled() || errorLimitReached) {
      return NONE;
    }
    return switch (routing.strategy()) {
      case MAIN -> NONE;
      case CANARY -> ALL;
      case ROLLOUT, SIDECAR -> rollout.canary();
    };
  }
}
