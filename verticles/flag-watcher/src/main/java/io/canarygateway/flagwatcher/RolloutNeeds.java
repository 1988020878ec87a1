package io.canarygateway.flagwatcher;

import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.Settings;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The applications whose rollouts a gateway reads. Immutable.
 *
 * @param applications all of them; each is read once, however many routes share it
 * @param required those without which the source is not healthy: of the default route, and of
 *     routes that are decided by their rollout
 */
record RolloutNeeds(Set<String> applications, Set<String> required) {

  /** No application. */
  static final RolloutNeeds NONE = new RolloutNeeds(Set.of(), Set.of());

  RolloutNeeds {
    applications = Collections.unmodifiableSet(new TreeSet<>(applications));
    required = Set.copyOf(required);
  }

  /** The default route's application alone. */
  static RolloutNeeds of(RolloutFeed feed) {
    return new RolloutNeeds(Set.of(feed.application()), Set.of(feed.application()));
  }

  /** The applications of all routes that the feed knows of. */
  static RolloutNeeds of(RolloutFeed feed, GatewayConfig config) {
    RolloutNeeds byDefault = of(feed);
    if (!feed.knowsRoutes()) {
      return byDefault;
    }
    Set<String> applications = new TreeSet<>(byDefault.applications());
    Set<String> required = new TreeSet<>();
    if (config.routes().byDefault().isPresent() || config.daemon().enabled()) {
      required.add(feed.application());
    }
    for (RouteConfig route : config.routes().named()) {
      applications.add(route.application());
      if (route.isDecidedByRollout()) {
        required.add(route.application());
      }
    }
    return new RolloutNeeds(applications, required);
  }

  /** The applications of the routes that values make which may not fit together. */
  static RolloutNeeds of(RolloutFeed feed, FlagValues values) {
    RolloutNeeds byDefault = of(feed);
    Map<String, String> texts = values.texts();
    Set<String> applications = new TreeSet<>(byDefault.applications());
    for (String flag : feed.knowsRoutes() ? texts.keySet() : Set.<String>of()) {
      Settings.routeOf(flag)
          .filter(route -> flag.equals(Settings.matchOf(route)))
          .map(route -> texts.getOrDefault(Settings.applicationOf(route), route))
          .ifPresent(applications::add);
    }
    return new RolloutNeeds(applications, byDefault.required());
  }
}
