package io.canarygateway.daemon;

import io.canarygateway.config.DaemonConfig;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.RouteConfig;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Finds the maintenance rollouts of the applications that have a daemon. */
final class Maintenance {

  private Maintenance() {}

  /**
   * The rollouts by application; empty where none is known. An application that several routes have
   * is in maintenance if one of them is.
   */
  static Map<String, OptionalDouble> of(DaemonConfig topLevel, GatewayConfig settings) {
    Map<String, OptionalDouble> rollouts = new TreeMap<>();
    if (topLevel.enabled()) {
      Optional<RouteConfig> route = settings.routes().byDefault();
      rollouts.put(
          topLevel.application(),
          route.map(RouteConfig::rollout).orElse(settings.rollout()).maintenance());
    }
    for (RouteConfig route : settings.routes().named()) {
      if (route.daemonSocket().isPresent()) {
        rollouts.merge(route.application(), route.rollout().maintenance(), Maintenance::either);
      }
    }
    return rollouts;
  }

  private static OptionalDouble either(OptionalDouble one, OptionalDouble other) {
    double larger = Math.max(one.orElse(0), other.orElse(0));
    return larger > 0 || one.isPresent() && other.isPresent()
        ? OptionalDouble.of(larger)
        : OptionalDouble.empty();
  }
}
