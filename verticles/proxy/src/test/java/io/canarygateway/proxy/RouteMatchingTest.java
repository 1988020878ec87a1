package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How requests find their routes, and how an attacker does not get to another one. */
class RouteMatchingTest {

  /** Each target has a base path that shows which route a request took. */
  @RegisterExtension
  static final ScriptedGateway gateway =
      ProxyFixture.scripted(
          config -> {
            String url = config.getString("main-target");
            JsonObject routes =
                new JsonObject()
                    .put("cart", route("{\"path\": {\"prefix\": \"/cart\"}}", url + "/@cart"))
                    .put("admin", route("{\"path\": {\"prefix\": \"/admin\"}}", url + "/@admin"))
                    .put("exact", route("{\"path\": {\"exact\": \"/one\"}}", url + "/@exact"))
                    .put("root", route("{\"path\": {\"exact\": \"/\"}}", url + "/@root"))
                    .put("regex", route("{\"path\": {\"regex\": \"/r[0-9]+.*\"}}", url + "/@regex"))
                    .put("shop", route("{\"hosts\": [\"shop.test\"]}", url + "/@shop"))
                    .put(
                        "health", route("{\"path\": {\"prefix\": \"/application\"}}", url + "/@h"));
            return config
                .put("routes", routes)
                .put("main-target", url + "/@default")
                .put("canary-target", url + "/@default");
          });

  @RegisterExtension
  static final ScriptedGateway withoutDefault =
      ProxyFixture.scripted(
          config ->
              new JsonObject()
                  .put(
                      "routes",
                      new JsonObject()
                          .put(
                              "cart",
                              route(
                                  "{\"path\": {\"prefix\": \"/cart\"}}",
                                  config.getString("main-target")))));

  @RegisterExtension static final ScriptedGateway alone = ProxyFixture.scripted();

  private static JsonObject route(String match, String target) {
    return new JsonObject()
        .put("match", new JsonObject(match))
        .put("main-target", target)
        .put("canary-target", target);
  }

  /** The target that the upstream got, which begins with an @ and the name of the route. */
  private static String taken(String path) throws Exception {
    Reply reply = gateway.get(path);
    assertThat(reply.status()).isEqualTo(200);
    return gateway.upstream().only().target();
  }

  @ParameterizedTest
  @CsvSource({
    "/cart, /@cart/cart",
    "/cart/a?b, /@cart/cart/a?b",
    "/cartoon, /@default/cartoon",
    "/one, /@exact/one",
    "/one/, /@default/one/",
    "/r1/a, /@regex/r1/a",
    "/a/r1, /@default/a/r1",
    "/, /@root/",
    "http://client.test, /@root/",
    "http://shop.test/a, /@shop/a",
    "http://shop.test/cart, /@shop/cart"
  })
  void theMostSpecificRouteTakesARequest(String path, String target) throws Exception {
    assertThat(taken(path)).isEqualTo(target);
  }

  /** A path takes the route that a target would take it for, and goes there as it arrived. */
  @ParameterizedTest
  @CsvSource({
    "/cart/../admin, /@admin/cart/../admin",
    "/cart/%2e%2e/admin, /@admin/cart/%2e%2e/admin",
    "/cart/.%2E/admin, /@admin/cart/.%2E/admin",
    "/cart/./../admin/x, /@admin/cart/./../admin/x",
    "/%61dmin, /@admin/%61dmin",
    "/%2561dmin, /@default/%2561dmin",
    "/./admin, /@admin/./admin",
    "/x/..//admin, /@default/x/..//admin",
    "//admin, /@default//admin",
    "/cart/..%2fadmin, /@cart/cart/..%2fadmin",
    "/cart/..;/admin, /@cart/cart/..;/admin",
    "/cart;/../admin, /@admin/cart;/../admin",
    "/cart%2f..%2fadmin, /@default/cart%2f..%2fadmin",
    "/ADMIN, /@default/ADMIN",
    "/admin;x, /@default/admin;x"
  })
  void spellingsOfAPathAreOnePath(String path, String target) throws Exception {
    assertThat(taken(path)).isEqualTo(target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../admin",
        "/%2e%2e/admin",
        "/a/../../b",
        "/%",
        "/%4",
        "/%zz",
        "/%00",
        "/%5cadmin",
        "/a\\..\\admin",
        "/%0aX",
        "/%7f"
      })
  void whatHasNoNormalFormIsRefusedOnlyIfItHasToBeMatched(String path) throws Exception {
    assertThat(gateway.get(path).status()).isEqualTo(400);
    gateway.assertNothingReachedUpstream();
    assertThat(alone.get(path).status()).isEqualTo(200);
    assertThat(alone.upstream().only().target()).isEqualTo(path);
  }

  @Test
  void aConnectionOutlivesARefusedPath() throws Exception {
    try (RawSocket client = gateway.client()) {
      client.send(
          ScriptedGateway.request("GET /%zz HTTP/1.1")
              + ScriptedGateway.request("GET /cart HTTP/1.1"));
      assertThat(client.reply().status()).isEqualTo(400);
      assertThat(client.reply().status()).isEqualTo(200);
    }
  }

  @Test
  void withoutADefaultRouteTheRestIs404() throws Exception {
    assertThat(withoutDefault.get("/cart/a").status()).isEqualTo(200);
    withoutDefault.reset();
    double before = withoutDefault.metric("gateway_errors_total{status=\"404\"}");
    Reply reply = withoutDefault.get("/other");
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.saysClose()).isFalse();
    withoutDefault.assertNothingReachedUpstream();
    assertThat(withoutDefault.metric("gateway_errors_total{status=\"404\"}")).isEqualTo(before + 1);
  }

  /** A long path would make regular expressions slow, and no other request would be served. */
  @Test
  void aLongPathFitsNoRegularExpression() throws Exception {
    assertThat(taken("/r1" + "a".repeat(2_045))).startsWith("/@regex/r1");
    gateway.reset();
    assertThat(taken("/r1" + "a".repeat(2_046))).startsWith("/@default/r1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "http://client.test"})
  void aRequestAboutTheWholeServerTakesARouteForAllPaths(String form) throws Exception {
    assertThat(gateway.ask(ScriptedGateway.request("OPTIONS " + form + " HTTP/1.1")).status())
        .isEqualTo(200);
    assertThat(gateway.upstream().only().target()).isEqualTo("*");
    assertThat(gateway.routed("main", "")).as("by the default route").isPositive();
    assertThat(
            withoutDefault.ask(ScriptedGateway.request("OPTIONS " + form + " HTTP/1.1")).status())
        .isEqualTo(404);
  }

  @Test
  void whatTheGatewayAnswersItselfHasNoRoute() throws Exception {
    assertThat(gateway.get("/application/health").body()).isEqualTo("OK");
    assertThat(
            gateway
                .ask(ScriptedGateway.request("OPTIONS /cart HTTP/1.1", "Max-Forwards: 0"))
                .status())
        .isEqualTo(200);
    gateway.assertNothingReachedUpstream();
    assertThat(taken("/application/health2")).isEqualTo("/@h/application/health2");
  }

  @Test
  void maxForwardsIsCountedDown() throws Exception {
    gateway.ask(ScriptedGateway.request("OPTIONS /cart HTTP/1.1", "Max-Forwards: 3"));
    assertThat(gateway.upstream().only().headers("Max-Forwards")).containsExactly("2");
  }

  @ParameterizedTest
  @CsvSource({
    "shop.test, @shop",
    "SHOP.test:81, @shop",
    "shop.test., @shop",
    "a.shop.test, @default"
  })
  void theHostCountsInEverySpelling(String host, String expected) throws Exception {
    gateway.ask("GET /a HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    assertThat(gateway.upstream().only().target()).isEqualTo("/" + expected + "/a");
  }
}
