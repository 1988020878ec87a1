package io.canarygateway.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Routes of a test, and what takes a request. */
final class TestRoutes {

  private final List<RouteMatcher.Route<String>> routes = new ArrayList<>();

  /** A condition without hosts and methods. */
  static RouteMatch match(PathMatch path) {
    return new RouteMatch(List.of(), path, Set.of(), Map.of(), Map.of());
  }

  static RouteMatch hosts(String... hosts) {
    return hosts(PathMatch.ALL, hosts);
  }

  static RouteMatch hosts(PathMatch path, String... hosts) {
    return new RouteMatch(List.of(hosts), path, Set.of(), Map.of(), Map.of());
  }

  static RouteMatch methods(RouteMatch match, String... methods) {
    return new RouteMatch(
        match.hosts(), match.path(), Set.of(methods), match.headers(), match.query());
  }

  /** Adds conditions on headers, as name and value in turn. */
  static RouteMatch headers(RouteMatch match, String... headers) {
    return new RouteMatch(
        match.hosts(), match.path(), match.methods(), exact(headers), match.query());
  }

  /** Adds conditions on query parameters, as name and value in turn. */
  static RouteMatch query(RouteMatch match, String... parameters) {
    return new RouteMatch(
        match.hosts(), match.path(), match.methods(), match.headers(), exact(parameters));
  }

  private static Map<String, ValueMatch> exact(String... pairs) {
    Map<String, ValueMatch> values = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], ValueMatch.exact(pairs[i + 1]));
    }
    return values;
  }

  /** Adds a route to a backend. Its name is its number: of equals, the first is taken. */
  TestRoutes to(String backend, RouteMatch match) {
    routes.add(new RouteMatcher.Route<>("%05d".formatted(routes.size()), match, backend));
    return this;
  }

  /** The backend of a request, "none" if no route takes it. */
  String backend(RequestView request) {
    RouteMatcher.Route<String> found =
        RouteMatcher.of(routes).find(request, NormalPath.of(request.path()));
    return found == null ? "none" : found.value();
  }

  String backend(String host, String path) {
    return backend(TestRequest.of(host, path));
  }

  String backend(String path) {
    return backend("example.org", path);
  }
}
