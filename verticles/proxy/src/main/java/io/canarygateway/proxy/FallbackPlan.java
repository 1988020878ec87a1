package io.canarygateway.proxy;

import io.canarygateway.config.CanaryFallback;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.http.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The fallback of one route, prepared for one event loop. Confined to that event loop.
 *
 * @param settings the settings
 * @param ofCanary how long canary may take to its response head
 * @param ofBoth how long canary and main may take together
 */
record FallbackPlan(CanaryFallback settings, Timeouts ofCanary, Timeouts ofBoth) {

  /** The fallback of a route; null if it has none. */
  static @Nullable FallbackPlan of(RouteConfig route, UpstreamTargets targets) {
    if (route.canaryFallback().isEmpty()) {
      return null;
    }
    CanaryFallback settings = route.canaryFallback().get();
    Duration whole = route.upstreamClient().timeout();
    return new FallbackPlan(
        settings,
        targets.timeouts(settings.after().orElse(whole.dividedBy(2))),
        targets.timeouts(whole));
  }
}
