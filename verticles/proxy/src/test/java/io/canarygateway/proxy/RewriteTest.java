package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code rewrite-prefix}: the matched prefix of a path is replaced before a target gets it. */
class RewriteTest {

  @RegisterExtension
  static final ScriptedGateway gateway =
      ProxyFixture.scripted(
          config -> {
            String target = config.getString("main-target");
            JsonObject routes = new JsonObject();
            routes.put("cart", route("/cart", "/x", target));
            routes.put("slash", route("/slash", "/x/", target));
            routes.put("strip", route("/strip", "/", target));
            routes.put("encoded", route("/caf%C3%A9", "/%E2%82%AC", target));
            routes.put("trim", route("/trim", "/x", target).put("trim-prefix", "/x/a"));
            routes.put("based", route("/based", "/y", target + "/base?k=v"));
            return config.put("routes", routes);
          });

  @RegisterExtension
  static final ScriptedGateway alone =
      ProxyFixture.scripted(config -> config.put("rewrite-prefix", "/x"));

  private static JsonObject route(String prefix, String replacement, String target) {
    return new JsonObject()
        .put("match", new JsonObject().put("path", new JsonObject().put("prefix", prefix)))
        .put("rewrite-prefix", replacement)
        .put("main-target", target)
        .put("canary-target", target);
  }

  private static String target(ScriptedGateway of, String path) throws Exception {
    Reply reply = of.ask(ScriptedGateway.request("GET " + path + " HTTP/1.1"));
    assertThat(reply.status()).isEqualTo(200);
    return of.upstream().only().target();
  }

  @ParameterizedTest
  @CsvSource({
    "/cart, /x",
    "/cart/, /x/",
    "/cart/a, /x/a",
    "/cart/a/, /x/a/",
    "/cart/a?q=/cart, /x/a?q=/cart",
    "/cart?q, /x?q",
    "/cart?, /x?",
    "/cart/cart, /x/cart",
    "/slash, /x/",
    "/slash/, /x/",
    "/slash/a, /x/a",
    "/strip, /",
    "/strip/, /",
    "/strip/a/b, /a/b",
    "/strip?q=1, /?q=1",
    "/caf%C3%A9/a, /%E2%82%AC/a",
    "/caf%c3%a9/%e2, /%E2%82%AC/%E2",
    "/based, /base/y?k=v",
    "/based/a?q=1, /base/y/a?k=v&q=1",
    "http://other.test/cart/a, /x/a"
  })
  void thePrefixIsReplaced(String path, String expected) throws Exception {
    assertThat(target(gateway, path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"/cartoon, /cartoon", "/Cart/a, /Cart/a", "/%63artoon/a, /%63artoon/a"})
  void otherPathsStayAsTheyArrived(String path, String expected) throws Exception {
    assertThat(target(gateway, path)).isEqualTo(expected);
  }

  /** The path that was matched is the one that is sent: no second reading of it is possible. */
  @ParameterizedTest
  @CsvSource({
    "/cart/./a, /x/a",
    "/cart/%61, /x/a",
    "/%63art/b, /x/b",
    "/cart/b/../a, /x/a",
    "/other/../cart/a, /x/a",
    "/cart/%2e%2e/strip/a, /a",
    "/cart/..%2fadmin, /x/..%2Fadmin",
    "/cart/..;/admin, /x/..;/admin",
    "/cart;a=b, /cart;a=b"
  })
  void theRestIsInNormalForm(String path, String expected) throws Exception {
    assertThat(target(gateway, path)).isEqualTo(expected);
  }

  /** A target that gets {@code //evil.test} may redirect its client to another host. */
  @ParameterizedTest
  @CsvSource({
    "/strip//evil.test/a, /evil.test/a",
    "/strip///a, /a",
    "/strip/.//a, /a",
    "/strip//, /",
    "/cart//a, /x/a",
    "/cart/a//b, /x/a//b"
  })
  void aPathNeverBeginsWithTwoSlashes(String path, String expected) throws Exception {
    assertThat(target(gateway, path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"/trim/a/b, /b", "/trim/b, /x/b", "/trim/a, /"})
  void trimPrefixIsCutOffTheResult(String path, String expected) throws Exception {
    assertThat(target(gateway, path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"/, /x", "/a, /x/a", "/a/./b, /x/a/b", "//a, /x/a", "http://other.test, /x"})
  void thePrefixOfTheDefaultRouteIsTheRoot(String path, String expected) throws Exception {
    assertThat(target(alone, path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/../a", "/%2e%2e", "/%zz", "/%00", "/a\\b", "/%0d%0aX:%20y"})
  void whatHasNoNormalFormIsRefused(String path) throws Exception {
    assertThat(alone.get(path).status()).isEqualTo(400);
    alone.assertNothingReachedUpstream();
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "http://other.test"})
  void aRequestAboutTheWholeServerStays(String form) throws Exception {
    assertThat(alone.ask(ScriptedGateway.request("OPTIONS " + form + " HTTP/1.1")).status())
        .isEqualTo(200);
    assertThat(alone.upstream().only().line()).isEqualTo("OPTIONS * HTTP/1.1");
  }

  @Test
  void theQueryIsNeverPartOfThePath() throws Exception {
    assertThat(target(gateway, "/a?/cart/b")).isEqualTo("/a?/cart/b");
  }
}
