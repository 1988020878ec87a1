package io.canarygateway.proxy;

import io.canarygateway.config.MirrorConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.config.TargetUrls;
import io.canarygateway.http.ServerStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mirror of one route, prepared for one event loop. Immutable.
 *
 * @param settings the settings
 * @param upstream the service that gets the copies
 */
record MirrorPlan(MirrorConfig settings, Upstream upstream) {

  /** The mirror of a route; null if it has none. */
  static @Nullable MirrorPlan of(RouteConfig route, UpstreamTargets targets) {
    MirrorConfig settings = route.mirror().orElse(null);
    if (settings == null) {
      return null;
    }
    RoutingConfig routing = route.routing();
    TargetUrls urls =
        settings.to().map(url -> new TargetUrls(List.of(url))).orElse(routing.canaryTarget());
    return urls == null
        ? null
        : new MirrorPlan(
            settings,
            targets.upstreamOfCopies(
                urls,
                settings.to().isPresent() ? "" : routing.canaryHeaderHost(),
                route.upstreamClient()));
  }

  /** Whether the copies go to canary. */
  boolean isOfCanary() {
    return settings.to().isEmpty();
  }

  /** Whether a request is one of those of which a share is copied. Upgrades are not. */
  boolean concerns(ServerStream stream) {
    return settings.methods().contains(stream.head().method())
        && Upgrades.allowed(stream.upgrade()) == null;
  }
}
