package io.canarygateway.proxy;

import io.canarygateway.http.EndpointSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * The metrics of all routes. Those of a route are there while an event loop has the route, and are
 * removed after that. Thread-safe.
 */
final class AllRouteMeters {

  /** The metrics of one route, and how many event loops use them. */
  private record Counted(RouteMeters meters, int users) {}

  private final ConcurrentMap<String, Counted> byRoute = new ConcurrentHashMap<>();
  private final Function<String, RouteMeters> maker;

  /**
   * No metrics yet.
   *
   * @param maker makes the metrics of a route of a name
   */
  AllRouteMeters(Function<String, RouteMeters> maker) {
    this.maker = maker;
  }

  /** The metrics of a route, until {@link #release}. */
  RouteMeters acquire(String route) {
    return byRoute
        .compute(
            route,
            (name, known) ->
                known == null
                    ? new Counted(maker.apply(name), 1)
                    : new Counted(known.meters(), known.users() + 1))
        .meters();
  }

  /** Ends one use of a route's metrics. The last one removes them. */
  void release(String route) {
    byRoute.computeIfPresent(
        route,
        (name, known) -> {
          if (known.users() > 1) {
            return new Counted(known.meters(), known.users() - 1);
          }
          known.meters().close();
          return null;
        });
  }

  /** Counts an ejection for each target that has these addresses. */
  void ejected(EndpointSource source) {
    byRoute.values().forEach(counted -> counted.meters().upstreams().ejected(source));
  }
}
