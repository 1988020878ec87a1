package io.canarygateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * The matcher finds what a naive reference finds. The reference sorts all routes by their
 * precedence, once for each host of a route, and takes the first that fits.
 */
class RouteMatcherPropertyTest {

  private static final String EVERY_HOST = "";

  /** A route for one of its hosts. */
  private record Entry(String host, RouteMatcher.Route<Integer> route) {

    RouteMatch match() {
      return route.match();
    }

    /** 2 for an exact host, 1 for a wildcard, 0 for none. */
    int hostRank() {
      return host.isEmpty() ? 0 : host.startsWith("*") ? 1 : 2;
    }

    /** 2 for an exact path, 1 for a prefix, 0 for a regular expression. */
    int pathRank() {
      return match().path() instanceof PathMatch.Exact
          ? 2
          : match().path() instanceof PathMatch.Prefix ? 1 : 0;
    }

    int prefixLength() {
      return match().path() instanceof PathMatch.Prefix prefix ? prefix.path().length() : 0;
    }

    boolean fits(RequestView request) {
      return fitsHost(request.host())
          && fitsPath(request.path())
          && (match().methods().isEmpty() || match().methods().contains(request.method()))
          && match().headers().entrySet().stream()
              .allMatch(each -> fits(each.getValue(), request.header(each.getKey())))
          && match().query().entrySet().stream()
              .allMatch(each -> fits(each.getValue(), first(request.query(), each.getKey())));
    }

    private boolean fitsHost(String name) {
      return switch (hostRank()) {
        case 0 -> true;
        case 1 -> name != null && name.endsWith(host.substring(1));
        default -> host.equals(name);
      };
    }

    private boolean fitsPath(String path) {
      if (match().path() instanceof PathMatch.Exact exact) {
        return exact.path().equals(path);
      }
      if (match().path() instanceof PathMatch.Prefix prefix) {
        return prefix.path().equals("/") || (path + "/").startsWith(prefix.path() + "/");
      }
      return path.matches(((PathMatch.Regex) match().path()).pattern().pattern());
    }

    private static boolean fits(ValueMatch condition, String value) {
      if (value == null) {
        return false;
      }
      return condition instanceof ValueMatch.Exact exact
          ? exact.value().equals(value)
          : value.matches(((ValueMatch.Regex) condition).pattern().pattern());
    }

    private static String first(String query, String name) {
      for (String pair : query == null ? new String[0] : query.split("&")) {
        if (pair.startsWith(name + "=")) {
          return pair.substring(name.length() + 1);
        }
      }
      return null;
    }
  }

  private static final Comparator<Entry> PRECEDENCE =
      Comparator.comparingInt((Entry each) -> -each.hostRank())
          .thenComparingInt(each -> -each.host().length())
          .thenComparingInt(each -> -each.pathRank())
          .thenComparingInt(each -> -each.prefixLength())
          .thenComparing(each -> each.match().methods().isEmpty())
          .thenComparingInt(each -> -each.match().headers().size())
          .thenComparingInt(each -> -each.match().query().size())
          .thenComparing(each -> each.route().name());

  private static RouteMatcher.Route<Integer> reference(
      List<RouteMatcher.Route<Integer>> routes, RequestView request) {
    List<Entry> entries = new ArrayList<>();
    for (RouteMatcher.Route<Integer> route : routes) {
      List<String> hosts = route.match().hosts();
      for (String host : hosts.isEmpty() ? List.of(EVERY_HOST) : hosts) {
        entries.add(new Entry(host, route));
      }
    }
    return entries.stream()
        .sorted(PRECEDENCE)
        .filter(each -> each.fits(request))
        .map(Entry::route)
        .findFirst()
        .orElse(null);
  }

  @Property(tries = 1_000)
  void theMatcherAgreesWithANaiveReference(
      @ForAll("matches") List<RouteMatch> matches, @ForAll("requests") List<TestRequest> requests) {
    List<RouteMatcher.Route<Integer>> routes = new ArrayList<>();
    for (int i = 0; i < matches.size(); i++) {
      // Names in another order than that of the list.
      routes.add(new RouteMatcher.Route<>("r" + i * 7 % 31, matches.get(i), i));
    }
    RouteMatcher<Integer> matcher = RouteMatcher.of(routes);
    for (TestRequest request : requests) {
      assertThat(matcher.find(request, request.path()))
          .as("%s", request)
          .isEqualTo(reference(routes, request));
    }
  }

  @Provide
  Arbitrary<List<RouteMatch>> matches() {
    return Combinators.combine(
            Arbitraries.of("a", "b.a", "c.b.a", "a.b.a", "*.a", "*.b.a", "*.c.b.a", "*.b")
                .list()
                .ofMaxSize(3),
            pathMatches(),
            Arbitraries.of("GET", "PUT", "get").set().ofMaxSize(2),
            values(),
            values())
        .as(RouteMatch::new)
        .list()
        .ofMaxSize(31);
  }

  private static Arbitrary<PathMatch> pathMatches() {
    return Arbitraries.frequencyOf(
        Tuple.of(3, paths().map(PathMatch::exact)),
        Tuple.of(6, paths().map(PathMatch::prefix)),
        Tuple.of(2, Arbitraries.of("/a.*", ".*b", "/(a|ab)/?", "/").map(PathMatch::regex)));
  }

  private static Arbitrary<String> paths() {
    return Arbitraries.of("a", "ab", "b")
        .list()
        .ofMaxSize(3)
        .map(segments -> "/" + String.join("/", segments));
  }

  private static Arbitrary<Map<String, ValueMatch>> values() {
    return Arbitraries.maps(
            Arbitraries.of("x", "y"),
            Arbitraries.of(
                ValueMatch.exact("1"), ValueMatch.exact("2"), ValueMatch.regex("[12]|11")))
        .ofMaxSize(2);
  }

  @Provide
  Arbitrary<List<TestRequest>> requests() {
    return Combinators.combine(
            Arbitraries.of("a", "b.a", "c.b.a", "a.b.a", "d.c.b.a", "x.b", "b", "ab.a")
                .injectNull(0.1),
            Arbitraries.of("GET", "PUT", "get"),
            paths().flatMap(path -> Arbitraries.of(path, path, path + "/")),
            Arbitraries.maps(Arbitraries.of("x", "y"), Arbitraries.of("1", "2", "11", ""))
                .ofMaxSize(2),
            Arbitraries.of("x=1", "y=2", "x=11", "y=", "x=2", "z=1")
                .list()
                .ofMaxSize(4)
                .map(pairs -> String.join("&", pairs))
                .injectNull(0.2))
        .as(TestRequest::new)
        .list()
        .ofSize(20);
  }
}
