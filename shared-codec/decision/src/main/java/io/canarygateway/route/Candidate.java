package io.canarygateway.route;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A route whose host and path fit, or whose regular expression is yet to be tried. Immutable.
 *
 * @param route the route
 * @param headers its conditions on headers; a list is walked without an iterator
 * @param query its conditions on query parameters
 */
record Candidate<T>(
    RouteMatcher.Route<T> route,
    List<Map.Entry<String, ValueMatch>> headers,
    List<Map.Entry<String, ValueMatch>> query) {

  /** The precedence of candidates with the same host and path: the first is the most specific. */
  static final Comparator<Candidate<?>> MOST_SPECIFIC_FIRST =
      Comparator.<Candidate<?>, Boolean>comparing(each -> each.match().methods().isEmpty())
          .thenComparing(each -> -each.headers.size())
          .thenComparing(each -> -each.query.size())
          .thenComparing(each -> each.route.name());

  static <T> Candidate<T> of(RouteMatcher.Route<T> route) {
    RouteMatch match = route.match();
    return new Candidate<>(
        route, List.copyOf(match.headers().entrySet()), List.copyOf(match.query().entrySet()));
  }

  RouteMatch match() {
    return route.match();
  }

  boolean allowsMethod(String method) {
    return match().methods().isEmpty() || match().methods().contains(method);
  }

  /** Whether the route depends on headers or on the query. */
  boolean readsValues() {
    return !headers.isEmpty() || !query.isEmpty();
  }

  boolean matchesValues(RequestValues values) {
    for (int i = 0; i < headers.size(); i++) {
      String value = values.header(headers.get(i).getKey());
      if (value == null || !headers.get(i).getValue().matches(value)) {
        return false;
      }
    }
    for (int i = 0; i < query.size(); i++) {
      String value = values.parameter(query.get(i).getKey());
      if (value == null || !query.get(i).getValue().matches(value)) {
        return false;
      }
    }
    return true;
  }
}
