package io.canarygateway.flagwatcher;

import java.util.List;
import java.util.Optional;

/**
 * A source that has values for each route, whatever the route is. Its values and the route itself
 * come into force in the same snapshot. On one context.
 */
interface RouteValues {

  /** No source has values for each route. */
  RouteValues NONE = (route, application) -> List.of();

  /**
   * The changes that bring the source's layer in line with a route.
   *
   * @param route the name of a route that is added, changed or removed
   * @param application the route's application; empty if the route does not exist any more
   */
  List<Change> changes(String route, Optional<String> application);
}
