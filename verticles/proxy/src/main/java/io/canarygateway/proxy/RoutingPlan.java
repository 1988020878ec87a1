package io.canarygateway.proxy;

import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.LogLevel;
import io.canarygateway.http.RequestHead;
import io.canarygateway.route.RequestView;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of the settings, prepared for one event loop. Each request keeps the plan that it
 * began with. Immutable.
 *
 * @param config all settings
 * @param byDefault the route of requests that no other route matches; null if there is none
 * @param routes the other routes, in the order of the table
 */
record RoutingPlan(GatewayConfig config, @Nullable RoutePlan byDefault, List<RoutePlan> routes) {

  /**
   * Whether a request needs a path with a normal form: if there are routes besides the default one,
   * so that it has to be matched, or if the default route rewrites paths or redirects.
   */
  boolean needsNormalPath() {
    return !routes.isEmpty() || byDefault != null && byDefault.filters().needNormalPath();
  }

  /**
   * The route of a request; null if there is none.
   *
   * @param normalPath the request's path in normal form
   */
  @Nullable RoutePlan find(RequestView request, String normalPath) {
    int index = config.routes().find(request, normalPath);
    return index < 0 ? byDefault : routes.get(index);
  }

  /** The observer of a request besides the metrics, if there is one. */
  Optional<RequestObserver> extraObserver(RequestHead head) {
    return config.log().level() == LogLevel.DEBUG
        ? Optional.of(new TrafficDump(config.log(), head))
        : Optional.empty();
  }
}
