package io.canarygateway.route;

import static io.canarygateway.route.TestRoutes.headers;
import static io.canarygateway.route.TestRoutes.hosts;
import static io.canarygateway.route.TestRoutes.match;
import static io.canarygateway.route.TestRoutes.methods;
import static io.canarygateway.route.TestRoutes.query;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The cases of Gateway API's conformance suite for the matching of HTTPRoutes. Each method stands
 * for one of its tests. A rule with several matches is several routes here.
 */
class GatewayApiMatchingTest {

  private static final RouteMatch ALL = RouteMatch.ALL;

  private static RouteMatch prefix(String path) {
    return match(PathMatch.prefix(path));
  }

  private static RouteMatch exact(String path) {
    return match(PathMatch.exact(path));
  }

  /** A text such as {@code color: blue, version: one}. */
  private static Map<String, String> parsed(String headers) {
    Map<String, String> parsed = new HashMap<>();
    if (headers != null) {
      for (String header : headers.split(", ")) {
        parsed.put(header.split(": ")[0], header.split(": ")[1]);
      }
    }
    return parsed;
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          /,           ,             v1
          /example,    ,             v1
          /,           version: one, v1
          /v2,         ,             v2
          /v2/example, ,             v2
          /,           version: two, v2
          /v2/,        ,             v2
          /v2example,  ,             v1
          /foo/v2/example, ,         v1
          """)
  void httpRouteMatching(String path, String headers, String backend) {
    TestRoutes routes =
        new TestRoutes()
            .to("v1", prefix("/"))
            .to("v1", headers(ALL, "version", "one"))
            .to("v2", prefix("/v2"))
            .to("v2", headers(ALL, "version", "two"));
    assertThat(routes.backend(TestRequest.of("any", path).headers(parsed(headers))))
        .isEqualTo(backend);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          example.com, /,           ,             v1
          example.com, /example,    ,             v1
          example.net, /example,    ,             v1
          example.com, /example,    version: one, v1
          example.com, /v2,         ,             v2
          example.net, /v2,         ,             v1
          example.com, /v2/example, ,             v2
          example.com, /,           version: two, v2
          """)
  void httpRouteMatchingAcrossRoutes(String host, String path, String headers, String backend) {
    TestRoutes routes =
        new TestRoutes()
            .to("v1", hosts("example.com", "example.net"))
            .to("v1", headers(hosts("example.com", "example.net"), "version", "one"))
            .to("v2", hosts(PathMatch.prefix("/v2"), "example.com"))
            .to("v2", headers(hosts("example.com"), "version", "two"));
    assertThat(routes.backend(TestRequest.of(host, path).headers(parsed(headers))))
        .isEqualTo(backend);
  }

  @ParameterizedTest
  @CsvSource({"/one,v1", "/two,v2", "/,none", "/one/example,none", "/two/,none", "/Two,none"})
  void httpExactPathMatching(String path, String backend) {
    TestRoutes routes = new TestRoutes().to("v1", exact("/one")).to("v2", exact("/two"));
    assertThat(routes.backend(path)).isEqualTo(backend);
  }

  @ParameterizedTest
  @CsvSource({
    "/match/exact/one,v3",
    "/match/exact,v2",
    "/match,v1",
    "/match/prefix/one/any,v2",
    "/match/prefix/any,v1",
    "/match/any,v3"
  })
  void httpRoutePathMatchOrder(String path, String backend) {
    TestRoutes routes =
        new TestRoutes()
            .to("v3", prefix("/match"))
            .to("v1", exact("/match"))
            .to("v2", exact("/match/exact"))
            .to("v3", exact("/match/exact/one"))
            .to("v1", prefix("/match/prefix/"))
            .to("v2", prefix("/match/prefix/one"));
    assertThat(routes.backend(path)).isEqualTo(backend);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          version: one                 | v1
          version: two                 | v2
          version: two, color: orange  | v1
          version: two, color: blue    | v2
          color: orange                | none
          some-other-header: one       | none
          color: blue                  | v1
          color: green                 | v1
          color: red                   | v2
          color: yellow                | v2
          color: purple                | none
          """)
  void httpRouteHeaderMatching(String headers, String backend) {
    // Of rules that are equally specific the first is taken; here that is the one of the version.
    TestRoutes routes =
        new TestRoutes()
            .to("v1", headers(ALL, "version", "one"))
            .to("v2", headers(ALL, "version", "two"))
            .to("v1", headers(ALL, "version", "two", "color", "orange"))
            .to("v1", headers(ALL, "color", "blue"))
            .to("v1", headers(ALL, "color", "green"))
            .to("v2", headers(ALL, "color", "red"))
            .to("v2", headers(ALL, "color", "yellow"));
    assertThat(routes.backend(TestRequest.of("any", "/").headers(parsed(headers))))
        .isEqualTo(backend);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          /,      animal=whale,                  ,               v1
          /,      animal=dolphin,                ,               v2
          /,      animal=dolphin&color=blue,     ,               v3
          /,      ANIMAL=Whale,                  ,               v3
          /,      animal=whale&other=irrelevant, ,               v1
          /,      animal=dolphin&color=yellow,   ,               v2
          /,      color=blue,                    ,               none
          /,      animal=dog,                    ,               none
          /,      animal=whaledolphin,           ,               none
          /,      ,                              ,               none
          /path1, animal=whale,                  ,               v1
          /,      animal=whale,                  version: one,   v2
          /path2, animal=whale,                  version: two,   v3
          /path3, animal=shark,                  ,               v1
          /path4, animal=kraken,                 version: three, v1
          /,      animal=shark,                  ,               none
          /path4, animal=kraken,                 ,               none
          /path5, animal=hydra,                  ,               v1
          /,      animal=hydra,                  version: four,  v3
          """)
  void httpRouteQueryParamMatching(String path, String query, String headers, String backend) {
    TestRoutes routes =
        new TestRoutes()
            .to("v1", query(ALL, "animal", "whale"))
            .to("v2", query(ALL, "animal", "dolphin"))
            .to("v3", query(ALL, "animal", "dolphin", "color", "blue"))
            .to("v3", query(ALL, "ANIMAL", "Whale"))
            .to("v1", query(prefix("/path1"), "animal", "whale"))
            .to("v2", query(headers(ALL, "version", "one"), "animal", "whale"))
            .to("v3", query(headers(prefix("/path2"), "version", "two"), "animal", "whale"))
            .to("v1", query(prefix("/path3"), "animal", "shark"))
            .to("v1", query(headers(prefix("/path4"), "version", "three"), "animal", "kraken"))
            .to("v1", prefix("/path5"))
            .to("v2", query(ALL, "animal", "hydra"))
            .to("v3", headers(ALL, "version", "four"));
    TestRequest request = TestRequest.of("any", path).headers(parsed(headers)).query(query);
    assertThat(routes.backend(request)).isEqualTo(backend);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          POST,   /,      ,               v1
          GET,    /,      ,               v2
          HEAD,   /,      ,               none
          get,    /,      ,               none
          GET,    /path1, ,               v1
          PUT,    /,      version: one,   v2
          POST,   /path2, version: two,   v3
          PATCH,  /path3, ,               v1
          DELETE, /path4, version: three, v1
          PUT,    /,      ,               none
          DELETE, /path4, ,               none
          PATCH,  /path5, ,               v1
          PATCH,  /,      version: four,  v2
          """)
  void httpRouteMethodMatching(String method, String path, String headers, String backend) {
    TestRoutes routes =
        new TestRoutes()
            .to("v1", methods(ALL, "POST"))
            .to("v2", methods(ALL, "GET"))
            .to("v1", methods(prefix("/path1"), "GET"))
            .to("v2", methods(headers(ALL, "version", "one"), "PUT"))
            .to("v3", methods(headers(prefix("/path2"), "version", "two"), "POST"))
            .to("v1", methods(prefix("/path3"), "PATCH"))
            .to("v1", methods(headers(prefix("/path4"), "version", "three"), "DELETE"))
            .to("v1", prefix("/path5"))
            .to("v2", methods(ALL, "PATCH"))
            .to("v3", headers(ALL, "version", "four"));
    TestRequest request = TestRequest.of("any", path).headers(parsed(headers)).method(method);
    assertThat(routes.backend(request)).isEqualTo(backend);
  }

  /** What follows from the hosts of the routes; there are no listeners with hosts of their own. */
  @ParameterizedTest
  @CsvSource({
    "very.specific.com,/s1,v1",
    "very.specific.com:1234,/s1,v1",
    "foo.wildcard.io,/s1,none",
    "very.specific.com,/non-matching-prefix,none",
    "foo.wildcard.io,/s2,v2",
    "bar.wildcard.io,/s2,v2",
    "foo.bar.wildcard.io,/s2,v2",
    "very.specific.com,/s2,none",
    "very.specific.com,/s3,v3",
    "specific.com,/s3,none",
    "foo.wildcard.io,/s3,none",
    "foo.anotherwildcard.io,/s4,v1",
    "foo.bar.anotherwildcard.io,/s4,v1",
    "anotherwildcard.io,/s4,none",
    "fooanotherwildcard.io,/s4,none",
    "foo.wildcard.io,/s4,none"
  })
  void httpRouteHostnameIntersection(String host, String path, String backend) {
    TestRoutes routes =
        new TestRoutes()
            .to("v1", hosts(PathMatch.prefix("/s1"), "very.specific.com", "non.matching.com"))
            .to(
                "v2",
                hosts(
                    PathMatch.prefix("/s2"),
                    "foo.wildcard.io",
                    "bar.wildcard.io",
                    "foo.bar.wildcard.io"))
            .to("v3", hosts(PathMatch.prefix("/s3"), "*.specific.com"))
            .to("v1", hosts(PathMatch.prefix("/s4"), "*.anotherwildcard.io"));
    assertThat(routes.backend(host, path)).isEqualTo(backend);
  }

  @ParameterizedTest
  @CsvSource({
    "bar.com,v1",
    "foo.bar.com,v2",
    "baz.bar.com,v3",
    "multiple.prefixes.bar.com,v3",
    "multiple.prefixes.foo.com,v3",
    "foo.com,none",
    "no.matching.host,none"
  })
  void httpRouteListenerHostnameMatching(String host, String backend) {
    TestRoutes routes =
        new TestRoutes()
            .to("v1", hosts("bar.com"))
            .to("v2", hosts("foo.bar.com"))
            .to("v3", hosts("*.bar.com", "*.foo.com"));
    assertThat(routes.backend(host, "/")).isEqualTo(backend);
  }
}
