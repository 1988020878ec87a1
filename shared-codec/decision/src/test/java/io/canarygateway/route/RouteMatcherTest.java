package io.canarygateway.route;

import static io.canarygateway.route.TestRoutes.headers;
import static io.canarygateway.route.TestRoutes.hosts;
import static io.canarygateway.route.TestRoutes.match;
import static io.canarygateway.route.TestRoutes.methods;
import static io.canarygateway.route.TestRoutes.query;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteMatcherTest {

  private static RouteMatch prefix(String path) {
    return match(PathMatch.prefix(path));
  }

  private static RouteMatch regex(String expression) {
    return match(PathMatch.regex(expression));
  }

  @Test
  void withoutRoutesNothingIsFound() {
    assertThat(new TestRoutes().backend("/")).isEqualTo("none");
  }

  @Test
  void allTakesTheServerAsAWholeToo() {
    assertThat(new TestRoutes().to("all", RouteMatch.ALL).backend("*")).isEqualTo("all");
    assertThat(new TestRoutes().to("all", RouteMatch.ALL).backend("")).isEqualTo("all");
  }

  @ParameterizedTest
  @CsvSource({
    "/cart,cart",
    "/cart/,cart",
    "/cart/x/y,cart",
    "/cart//,cart",
    "/%63art/x,cart",
    "/x/../cart,cart",
    "/cartoon,all",
    "/Cart,all",
    "/car,all",
    "/cart%2Fx,all",
    "/cart;v=1,all",
    "//cart,all",
    "/cart/%2e%2e/admin,all"
  })
  void aPrefixIsWholeSegments(String path, String backend) {
    TestRoutes routes = new TestRoutes().to("all", RouteMatch.ALL).to("cart", prefix("/cart/"));
    assertThat(routes.backend(path)).isEqualTo(backend);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop.example.org",
        "SHOP.Example.org",
        "shop.example.org.",
        "shop.example.org:8080",
        "Shop.example.org.:8080",
        "shop.example.org:"
      })
  void portCaseAndLastDotOfAHostDoNotCount(String host) {
    TestRoutes routes =
        new TestRoutes().to("shop", hosts("shop.example.org")).to("any", hosts("*.example.org"));
    assertThat(routes.backend(host, "/")).isEqualTo("shop");
  }

  @ParameterizedTest
  @CsvSource({"[::1],v6", "[::1]:8080,v6", "[::A]:80,a", "[::2],all", "10.0.0.1:80,v4"})
  void anAddressIsAHost(String host, String backend) {
    TestRoutes routes =
        new TestRoutes()
            .to("all", RouteMatch.ALL)
            .to("v6", hosts("[::1]"))
            .to("a", hosts("[::a]"))
            .to("v4", hosts("10.0.0.1"));
    assertThat(routes.backend(host, "/")).isEqualTo(backend);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        ".",
        ":80",
        ".example.org",
        "..example.org",
        "a..example.org",
        "shop.example.org..",
        "shop.example.org:80a",
        "shop.example.org:80:80",
        "x@shop.example.org",
        "x/.example.org",
        "\u00fc.example.org",
        "\u212a.example.org",
        "[::1",
        "[]",
        "[::1]x",
        "[x.example.org]",
        "example.org"
      })
  void whatIsNoHostNameFitsOnlyRoutesWithoutHosts(String host) {
    TestRoutes routes =
        new TestRoutes()
            .to("some", hosts("*.example.org", "shop.example.org", "k.example.org", "[::1]"))
            .to("all", RouteMatch.ALL);
    assertThat(routes.backend(host, "/")).isEqualTo("all");
  }

  @Test
  void aLessSpecificHostIsTriedIfNoRouteOfTheMoreSpecificOneFits() {
    TestRoutes routes =
        new TestRoutes()
            .to("all", RouteMatch.ALL)
            .to("org", hosts(PathMatch.prefix("/org"), "*.org"))
            .to("example", hosts(PathMatch.prefix("/example"), "*.example.org"))
            .to("shop", methods(hosts(PathMatch.prefix("/shop"), "shop.example.org"), "GET"));
    assertThat(routes.backend("shop.example.org", "/shop")).isEqualTo("shop");
    assertThat(routes.backend(TestRequest.of("shop.example.org", "/shop").method("PUT")))
        .isEqualTo("all");
    assertThat(routes.backend("shop.example.org", "/example")).isEqualTo("example");
    assertThat(routes.backend("shop.example.org", "/org")).isEqualTo("org");
    assertThat(routes.backend("example.org", "/example")).isEqualTo("all");
    assertThat(routes.backend("shop.example.org", "/")).isEqualTo("all");
  }

  @Test
  void theHostCountsMoreThanThePath() {
    TestRoutes routes =
        new TestRoutes()
            .to("path", hosts(PathMatch.exact("/cart/items"), "*.example.org"))
            .to("host", hosts("shop.example.org"));
    assertThat(routes.backend("shop.example.org", "/cart/items")).isEqualTo("host");
  }

  @Test
  void aLessSpecificPathIsTriedIfNoRouteOfTheMoreSpecificOneFits() {
    TestRoutes routes =
        new TestRoutes()
            .to("regex", regex("/a.*"))
            .to("a", methods(prefix("/a"), "PUT", "POST"))
            .to("ab", methods(prefix("/a/b"), "POST"))
            .to("exact", methods(match(PathMatch.exact("/a/b")), "DELETE"));
    TestRequest request = TestRequest.of("any", "/a/b");
    assertThat(routes.backend(request.method("DELETE"))).isEqualTo("exact");
    assertThat(routes.backend(request.method("POST"))).isEqualTo("ab");
    assertThat(routes.backend(request.method("PUT"))).isEqualTo("a");
    assertThat(routes.backend(request.method("GET"))).isEqualTo("regex");
  }

  @Test
  void regularExpressionsAreTriedLastAndByName() {
    TestRoutes routes =
        new TestRoutes()
            .to("first", regex("/[a-z]+"))
            .to("second", regex("/a+"))
            .to("get", methods(regex("/g.*"), "GET"))
            .to("exact", match(PathMatch.exact("/exact")));
    assertThat(routes.backend("/aa")).isEqualTo("first");
    assertThat(routes.backend("/go")).isEqualTo("get");
    assertThat(routes.backend("/exact")).isEqualTo("exact");
    assertThat(routes.backend("/1/aa")).isEqualTo("none");
    assertThat(routes.to("all", RouteMatch.ALL).backend("/aa")).isEqualTo("all");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a=1&b=2             | both
          b=2&a=1             | both
          a=1                 | one
          &&a=1&              | one
          a=1&a=2             | one
          a=2&a=1             | none
          %61=%31             | one
          a=1+%32             | blank
          a=1%202             | blank
          a=%zz               | broken
          a=%C3%BC            | umlaut
          a=\u00c3\u00bc      | umlaut
          a                   | empty
          a=                  | empty
          a==1                | equals
          a;a=1               | none
          A=1                 | none
          ''                  | none
          """)
  void theFirstValueOfAQueryParameterCounts(String query, String backend) {
    TestRoutes routes =
        new TestRoutes()
            .to("one", query(RouteMatch.ALL, "a", "1"))
            .to("both", query(RouteMatch.ALL, "a", "1", "b", "2"))
            .to("blank", query(RouteMatch.ALL, "a", "1 2"))
            .to("broken", query(RouteMatch.ALL, "a", "%zz"))
            .to("umlaut", query(RouteMatch.ALL, "a", "\u00fc"))
            .to("empty", query(RouteMatch.ALL, "a", ""))
            .to("equals", query(RouteMatch.ALL, "a", "=1"));
    assertThat(routes.backend(TestRequest.of("any", "/").query(query))).isEqualTo(backend);
  }

  @Test
  void aHeaderThatARequestDoesNotHaveFitsNoCondition() {
    RouteMatch any =
        new RouteMatch(
            List.of(),
            PathMatch.ALL,
            Set.of(),
            Map.of("version", ValueMatch.regex(".*")),
            Map.of());
    TestRequest request = TestRequest.of("any", "/");
    assertThat(new TestRoutes().to("any", any).backend(request)).isEqualTo("none");
    assertThat(new TestRoutes().to("any", any).backend(request.headers(Map.of("version", ""))))
        .isEqualTo("any");
  }

  @Test
  void headersAndQueryAreNotReadIfNoRouteDependsOnThem() {
    RouteMatcher<String> matcher =
        RouteMatcher.of(
            List.of(
                new RouteMatcher.Route<>("a", headers(prefix("/a"), "version", "one"), ""),
                new RouteMatcher.Route<>("all", RouteMatch.ALL, "")));
    RequestView request = new TestRequest("any", "GET", "/", null, null);
    assertThat(matcher.find(request, "/").name()).isEqualTo("all");
  }

  @Test
  void routesThatMatchTheSameAreConflicts() {
    RouteMatch get = methods(hosts(PathMatch.prefix("/a"), "x", "*.y"), "GET");
    Map<String, RouteMatch> matches =
        Map.of(
            "a", get,
            "b", methods(hosts(PathMatch.prefix("/a/"), "*.y"), "GET"),
            "c", methods(hosts(PathMatch.prefix("/a"), "y", "x"), "GET"),
            "d", methods(hosts(PathMatch.exact("/a"), "x"), "GET"),
            "e", methods(hosts(PathMatch.prefix("/a"), "x"), "GET", "PUT"),
            "f", headers(get, "version", "one"),
            "g", headers(get, "version", "one"),
            "h", query(get, "version", "one"),
            "i", regex("/a+"),
            "j", regex("/a+"));
    assertThat(RouteMatcher.conflicts(matches))
        .containsExactly(
            Map.entry("b", "a"), Map.entry("c", "a"), Map.entry("g", "f"), Map.entry("j", "i"));
    assertThat(RouteMatcher.conflicts(Map.of())).isEmpty();
  }

  @Test
  void hostileHostsAndPathsTakeLinearTime() {
    TestRoutes routes = new TestRoutes();
    for (int depth = 1; depth <= 120; depth++) {
      routes.to("host", hosts(PathMatch.exact("/none"), "*" + ".a".repeat(depth)));
      routes.to("path" + depth, prefix("/b".repeat(depth)));
    }
    assertThat(routes.backend("a.".repeat(1_000) + "a", "/b".repeat(30_000))).isEqualTo("path120");
    assertThat(routes.backend("a.".repeat(126) + "a", "/b".repeat(30_000))).isEqualTo("path120");
    assertThat(routes.backend("a.".repeat(1_000_000), "/".repeat(1_000_000))).isEqualTo("none");
    assertThat(routes.backend(".".repeat(1_000_000), "/b" + "/".repeat(30_000))).isEqualTo("path1");
  }
}
