package io.canarygateway.route;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the most specific route that takes a request, by the rules of Kubernetes' Gateway API. In
 * this order, a route is more specific if it has:
 *
 * <ol>
 *   <li>an exact host; then a longer wildcard; then no host
 *   <li>an exact path; then a longer prefix; then a regular expression
 *   <li>methods
 *   <li>more headers
 *   <li>more query parameters
 *   <li>the name that comes first
 * </ol>
 *
 * <p>If no route of the most specific host takes the request, routes of less specific hosts are
 * tried. A host such as {@code a..b} fits only routes without hosts.
 *
 * <p>A lookup walks over host and path once, for 1,000 routes as for 10. Two kinds of routes are
 * tried one after the other: those with the same host and path, which differ by methods, headers or
 * query; and those of one host with a regular expression. The latter are tried after all other
 * routes of their host. Each takes time linear in the path: 100 expressions that begin with {@code
 * .*} need about 1 ms for a path of 50 characters. So give such routes a host or a method. Paths of
 * more than 2,048 characters fit no expression.
 *
 * <p>Immutable; safe for use by any thread.
 *
 * @param <T> what a route leads to
 */
public final class RouteMatcher<T> {

  /**
   * A route.
   *
   * @param name its name
   * @param match which requests it takes
   * @param value what it leads to
   * @param <T> the type of the value
   */
  public record Route<T>(String name, RouteMatch match, T value) {}

  private record Condition(
      String host,
      PathMatch path,
      Set<String> methods,
      Map<String, ValueMatch> headers,
      Map<String, ValueMatch> query) {}

  private final HostIndex<T> hosts;

  private RouteMatcher(HostIndex<T> hosts) {
    this.hosts = hosts;
  }

  /**
   * Creates a matcher.
   *
   * @param routes the routes, in any order, without {@link #conflicts}
   * @param <T> what a route leads to
   * @return the matcher
   */
  public static <T> RouteMatcher<T> of(Collection<Route<T>> routes) {
    List<Candidate<T>> sorted =
        routes.stream().map(Candidate::of).sorted(Candidate.MOST_SPECIFIC_FIRST).toList();
    return new RouteMatcher<>(new HostIndex<>(sorted));
  }

  /**
   * Finds the route of a request.
   *
   * @param request the request; its {@link RequestView#path} is not read
   * @param normalPath its path in its normal form ({@link NormalPath})
   * @return the most specific route that takes the request; null if there is none
   */
  public @Nullable Route<T> find(RequestView request, String normalPath) {
    RequestValues values = null;
    HostIndex.Step<T> host = hosts.mostSpecific(request.host());
    for (; host != null; host = host.next()) {
      PathIndex.Step<T> path = host.paths().mostSpecific(normalPath);
      for (; path != null; path = path.next()) {
        for (int i = 0; i < path.candidates().size(); i++) {
          Candidate<T> candidate = path.candidates().get(i);
          if (!candidate.allowsMethod(request.method())
              || path.regex() && !candidate.match().path().matches(normalPath)) {
            continue;
          }
          if (!candidate.readsValues()) {
            return candidate.route();
          }
          values = values == null ? new RequestValues(request) : values;
          if (candidate.matchesValues(values)) {
            return candidate.route();
          }
        }
      }
    }
    return null;
  }

  /**
   * Finds routes that match the same: of one host, with equal paths, methods, headers and query.
   * Only their names would decide between them. Takes time linear in the number of routes.
   *
   * @param matches routes by name
   * @return the name of each route in conflict, sorted, with the first name of a route before it
   *     that matches the same
   */
  public static Map<String, String> conflicts(Map<String, RouteMatch> matches) {
    Map<Condition, String> first = new HashMap<>();
    Map<String, String> conflicts = new TreeMap<>();
    new TreeMap<>(matches)
        .forEach(
            (name, match) -> {
              for (String host : match.hosts().isEmpty() ? List.of("") : match.hosts()) {
                String earlier =
                    first.putIfAbsent(
                        new Condition(
                            host, match.path(), match.methods(), match.headers(), match.query()),
                        name);
                if (earlier != null) {
                  conflicts.merge(name, earlier, (a, b) -> a.compareTo(b) <= 0 ? a : b);
                }
              }
            });
    return conflicts;
  }
}
