package io.canarygateway.daemon;

import io.canarygateway.config.GatewayConfig;
import io.canarygateway.message.BreakerTrips;

/**
 * The share of the assignments that the daemon sends to canary. A daemon's client gets the location
 * that the proxy chooses for a request with the same assignment. The breaker's request limit has no
 * influence, since the gateway does not see the requests of the daemon's clients.
 */
final class CanaryShare {

  private static final double NONE = 0;
  private static final double ALL = 1;

  private CanaryShare() {}

  /** The share, from 0 to 1: assignments below it go to canary. */
  static double of(GatewayConfig config, BreakerTrips trips) {
    if (!config.routing().canaryEnabled() || trips.errors()) {
      return NONE;
    }
    return switch (config.routing().strategy()) {
      case MAIN -> NONE;
      case CANARY -> ALL;
      case ROLLOUT, SIDECAR -> config.rollout().canary();
    };
  }
}
