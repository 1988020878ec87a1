package io.canarygateway.daemon;

import io.canarygateway.config.GatewayConfig;
import io.canarygateway.message.BreakerTrips;

/**
 * Which share of the assignments the daemon sends to canary: by the rules that the proxy has for a
 * request with the same assignment. A limit of requests is no matter of the daemon's, since its
 * clients' requests are not counted.
 */
final class CanaryShare {

  private static final double NOBODY = 0;
  private static final double ALL = 1;

  private CanaryShare() {}

  /**
   * The share.
   *
   * @return assignments below it go to canary
   */
  static double of(GatewayConfig config, BreakerTrips trips) {
    if (!config.routing().canaryEnabled() || trips.errors()) {
      return NOBODY;
    }
    return switch (config.routing().strategy()) {
      case MAIN -> NOBODY;
      case CANARY -> ALL;
      case ROLLOUT, SIDECAR -> config.rollout().canary();
    };
  }
}
