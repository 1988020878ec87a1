package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.ErrorStatuses;
import io.canarygateway.decision.Strategy;
import io.canarygateway.route.PathMatch;
import io.canarygateway.route.RouteMatch;
import io.canarygateway.route.ValueMatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteConfigTest {

  static final String TARGETS = "\"main-target\": \"http://m\", \"canary-target\": \"http://c\"";

  static RouteTable routes(String json) throws ConfigException {
    return GatewayConfig.of(ConfigReader.read(json)).routes();
  }

  static RouteConfig shop(String route, String topLevel) throws ConfigException {
    return routes(
            "{\"routes\": {\"shop\": {\"match\": {}, %s %s}} %s}"
                .formatted(TARGETS, route.isEmpty() ? "" : ", " + route, topLevel))
        .find("shop")
        .orElseThrow();
  }

  @Test
  void theTopLevelIsTheDefaultRoute() throws ConfigException {
    RouteTable table = routes("{" + TARGETS + "}");

    assertThat(table.all()).hasSize(1);
    RouteConfig route = table.byDefault().orElseThrow();
    assertThat(route.name()).isEmpty();
    assertThat(route.match()).isEqualTo(RouteMatch.ALL);
    assertThat(route.application()).isEqualTo("app");
    assertThat(route.canaryWhen()).isEmpty();
    assertThat(route.canaryFallback()).isEmpty();
    assertThat(route.mirror()).isEmpty();
    assertThat(route.filters()).isEqualTo(RouteFilters.NONE);
  }

  @Test
  void withRoutesTheTopLevelNeedsNoTargets() throws ConfigException {
    RouteTable table = routes("{\"routes\": {\"shop\": {\"match\": {}, " + TARGETS + "}}}");

    assertThat(table.byDefault()).isEmpty();
    assertThat(table.named()).extracting(RouteConfig::name).containsExactly("shop");
  }

  @Test
  void everyKeyOfARouteIsRead() throws ConfigException {
    RouteConfig route =
        shop(
            """
            "main-header-host": "m.example", "canary-header-host": "c.example",
            "strategy": "rollout", "application": "cart", "daemon": {"socket": "/run/shop.sock"},
            "rollout": {"canary": 0.25, "key-header": "X-User"},
            "circuit-breaker": {"request-limit-canary": 3, "error-limit-canary": 2},
            "trim-prefix": "/t", "canary-enabled": false, "x-canary": "off",
            "proxy-client": {"to-main-and-canary": {"timeout": 7}},
            "canary-when": [{"headers": {"X-Group": {"regex": "beta.*"}}, "cookies": {"g": "b"},
              "query": {"c": "1"}, "sources": ["10.0.0.0/8"]}],
            "canary-fallback": {"statuses": ["502"], "methods": ["GET"], "max-body": 10,
              "after": "300ms"},
            "mirror": {"to": "http://copy:81", "fraction": 0.1, "max-body": 11, "methods": ["POST"]},
            "preserve-host": true,
            "request-headers": {"set": {"X-A": "1"}, "add": {"X-B": "2"}, "remove": ["X-C"]},
            "response-headers": {"set": {"X-D": "3"}},
            "interceptors": ["body"]
            """,
            "");

    assertThat(route.routing().strategy()).isEqualTo(Strategy.ROLLOUT);
    assertThat(route.routing().breakerLimits()).isEqualTo(new BreakerLimits(3, 2));
    assertThat(route.routing().trimPrefix()).isEqualTo("/t");
    assertThat(route.routing().canaryEnabled()).isFalse();
    assertThat(route.routing().xCanary()).isEqualTo(XCanary.OFF);
    assertThat(route.routing().mainHeaderHost()).isEqualTo("m.example");
    assertThat(route.upstreamClient().timeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(route.rollout().canary()).isEqualTo(0.25);
    assertThat(route.rollout().keyHeader()).isEqualTo("X-User");
    assertThat(route.application()).isEqualTo("cart");
    assertThat(route.daemonSocket()).contains(Path.of("/run/shop.sock"));
    assertThat(route.canaryWhen())
        .containsExactly(
            new CanaryRule(
                Map.of("x-group", ValueMatch.regex("beta.*")),
                Map.of("g", ValueMatch.exact("b")),
                Map.of("c", ValueMatch.exact("1")),
                List.of(Cidr.parse("10.0.0.0/8"))));
    assertThat(route.canaryFallback())
        .contains(
            new CanaryFallback(
                ErrorStatuses.of(List.of("502")),
                Set.of("GET"),
                10,
                Optional.of(Duration.ofMillis(300))));
    assertThat(route.mirror())
        .contains(
            new MirrorConfig(
                Optional.of(HttpUrl.parse("http://copy:81")), 0.1, 11, Set.of("POST")));
    assertThat(route.filters())
        .isEqualTo(
            new RouteFilters(
                true,
                new HeaderChanges(Map.of("X-A", "1"), Map.of("X-B", "2"), List.of("X-C")),
                new HeaderChanges(Map.of("X-D", "3"), Map.of(), List.of()),
                Optional.empty(),
                Optional.empty(),
                List.of("body")));
  }

  @Test
  void aRouteInheritsWhatItDoesNotSet() throws ConfigException {
    RouteConfig route =
        shop(
            "\"circuit-breaker\": {\"error-limit-canary\": 2}",
            ", \"strategy\": \"rollout\", \"rollout\": {\"canary\": 0.5},"
                + " \"circuit-breaker\": {\"request-limit-canary\": 9, \"error-limit-canary\": 8}");

    assertThat(route.routing().strategy()).isEqualTo(Strategy.ROLLOUT);
    assertThat(route.rollout().canary()).isEqualTo(0.5);
    assertThat(route.routing().breakerLimits()).isEqualTo(new BreakerLimits(9, 2));
  }

  /** One switch sends everything to main, whatever somebody has set on a route. */
  @Test
  void aRouteCannotStartWhatTheTopLevelHasStopped() throws ConfigException {
    String started = "\"canary-enabled\": true";
    assertThat(shop(started, ", \"canary-enabled\": false").routing().canaryEnabled()).isFalse();
    assertThat(shop(started, ", \"canary-enabled\": true").routing().canaryEnabled()).isTrue();
    assertThat(shop(started, "").routing().canaryEnabled()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStopOfTheTopLevelConcernsEachRouteLive(boolean own) throws ConfigException {
    String document =
        "{\"routes\": {\"shop\": {\"match\": {}, %s, \"canary-enabled\": %s}},"
            + " \"canary-enabled\": %s}";
    RouteTable table = null;
    for (boolean all : new boolean[] {true, false, true}) {
      table = RouteTable.of(ConfigReader.read(document.formatted(TARGETS, own, all)), table);
      assertThat(table.find("shop").orElseThrow().routing().canaryEnabled()).isEqualTo(own && all);
    }
  }

  @Test
  void targetsAreNotInherited() {
    assertThatThrownBy(
            () ->
                routes(
                    "{%s, \"routes\": {\"shop\": {\"match\": {}, \"main-target\": \"http://m\"}}}"
                        .formatted(TARGETS)))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("routes.shop.canary-target: nothing (expected ");
  }

  @Test
  void aRouteThatRedirectsNeedsNoTargets() throws ConfigException {
    RouteConfig route =
        routes(
                "{%s, \"routes\": {\"old\": {\"match\": {\"path\": {\"exact\": \"/old\"}},"
                        .formatted(TARGETS)
                    + "\"redirect\": {\"scheme\": \"https\", \"port\": 8443, \"path\": \"/new\","
                    + " \"status\": 308}}}}")
            .find("old")
            .orElseThrow();

    assertThat(route.match().path()).isEqualTo(PathMatch.exact("/old"));
    assertThat(route.filters().redirect())
        .contains(
            new Redirect(
                Optional.of("https"),
                Optional.empty(),
                OptionalInt.of(8443),
                Optional.of("/new"),
                308));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"shop\": {\"match\": {\"path\": {\"prefix\": \"cart\"}}}}|routes.shop.match",
        "{\"shop\": {\"match\": {\"path\": {\"regex\": \"(\"}}}}|path.regex: \"(\"",
        "{\"shop\": {\"match\": {\"hosts\": [\"a_b:80\"]}}}|hosts: \"a_b:80\"",
        "{\"shop\": {\"match\": {\"host\": [\"a\"]}}}|the nearest is hosts",
        "{\"shop\": {}}|routes.shop.match: nothing",
        "{\"shop\": {\"rollout\": {\"canary\": 0.1}}}|routes.shop.match: nothing",
        "{\"shop\": {\"match\": {}, \"rollout\": {\"canary\": 2}}}|routes.shop.rollout.canary: 2",
        "{\"shop\": {\"match\": {}, \"strateggy\": 1}}|the nearest is routes.shop.strategy",
        "{\"shop\": {\"match\": {}, \"router-server\": {\"port\": 1}}}|routes.shop.router-server",
        "{\"Shop\": {\"match\": {}}}|a name of 1 to 63 of a to z",
        "{\"shop\": {\"match\": {}, \"mirror\": {\"to\": \"x\"}}}|to: \"x\" (expected canary or",
        "{\"shop\": {\"match\": {}, \"mirror\": {}}}|to: nothing",
        "{\"shop\": {\"match\": {}, \"canary-when\": [{}]}}|[0]: an object (expected at least one",
        "{\"shop\": {\"match\": {}, \"redirect\": {\"status\": 301}}}|at least one of scheme",
        "{\"shop\": {\"match\": {}, \"redirect\": {\"path\": \"/\", \"status\": 304}}}|status: 304",
        "{\"shop\": {\"match\": {}, \"request-headers\": {\"set\": {\"Host\": \"x\"}}}}|\"Host\"",
        "{\"shop\": {\"match\": {}, \"request-headers\": {\"add\": {\"X-A\": \"a\\r\\nb\"}}}}|line breaks",
        "{\"shop\": {\"match\": {}, \"canary-fallback\": {\"after\": \"soon\"}}}|after: \"soon\"",
      })
  void aFaultNamesKeyValueAndWhatWasExpected(String routes, String message) {
    assertThatThrownBy(() -> routes("{%s, \"routes\": %s}".formatted(TARGETS, routes)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void twoRoutesThatMatchTheSameAreAConflict() {
    String route = "{\"match\": {\"hosts\": [\"a.example\"]}, " + TARGETS + "}";
    assertThatThrownBy(
            () -> routes("{\"routes\": {\"one\": %s, \"two\": %s}}".formatted(route, route)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("routes.two.match: the same as routes.one.match");
  }

  @Test
  void aRewriteNeedsAPrefix() {
    assertThatThrownBy(
            () ->
                routes(
                    "{\"routes\": {\"a\": {\"match\": {\"path\": {\"exact\": \"/a\"}},"
                        + "\"rewrite-prefix\": \"/x\", "
                        + TARGETS
                        + "}}}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "routes.a.rewrite-prefix: \"/x\" (expected a match with a path.prefix");
  }

  @Test
  void aChangeKeepsTheRoutesThatItDoesNotConcern() throws ConfigException {
    Map<String, String> texts = new HashMap<>(ConfigReader.read("{" + TARGETS + "}").texts());
    for (String route : List.of("one", "two")) {
      texts.put("routes." + route + ".match", "{\"hosts\":[\"" + route + "\"]}");
      texts.put("routes." + route + ".main-target", "http://m");
      texts.put("routes." + route + ".canary-target", "http://c");
    }
    GatewayConfig before = GatewayConfig.of(new FlagValues(texts));
    texts.put("routes.two.rollout.canary", "0.5");
    GatewayConfig after = GatewayConfig.of(new FlagValues(texts), before);

    assertThat(after.routes().find("one").orElseThrow())
        .isSameAs(before.routes().find("one").orElseThrow());
    assertThat(after.routes().find("two").orElseThrow().rollout().canary()).isEqualTo(0.5);
    texts.put("strategy", "canary");
    assertThat(
            GatewayConfig.of(new FlagValues(texts), after)
                .routes()
                .find("one")
                .orElseThrow()
                .routing()
                .strategy())
        .as("a change of the top level reaches the routes that inherit it")
        .isEqualTo(Strategy.CANARY);
  }

  /** A reset breaker has room for errors anew, since one canary was mended: not those of routes. */
  @Test
  void aRouteDoesNotInheritTheGenerationOfTheBreaker() throws ConfigException {
    RouteTable routes =
        routes(
            "{"
                + TARGETS
                + ", \"circuit-breaker\": {\"generation\": \"2\", \"error-limit-canary\": 15},"
                + " \"routes\": {\"a\": {\"match\": {\"hosts\": [\"a\"]}, "
                + TARGETS
                + "}}}");
    RoutingConfig route = routes.find("a").orElseThrow().routing();
    assertThat(route.breakerGeneration()).isEmpty();
    assertThat(route.breakerLimits().errors()).isEqualTo(15);
  }

  @Test
  void aChangeOfTheTopLevelConcernsTheRoutesThatInheritIt() throws ConfigException {
    Map<String, String> texts = new HashMap<>(ConfigReader.read("{" + TARGETS + "}").texts());
    for (String route : List.of("own", "plain")) {
      texts.put("routes." + route + ".match", "{\"hosts\":[\"" + route + "\"]}");
      texts.put("routes." + route + ".main-target", "http://m");
      texts.put("routes." + route + ".canary-target", "http://c");
    }
    texts.put("routes.own.trim-prefix", "/own");
    GatewayConfig before = GatewayConfig.of(new FlagValues(texts));
    texts.put("log.level", "debug");
    GatewayConfig logging = GatewayConfig.of(new FlagValues(texts), before);
    assertThat(logging.routes().named())
        .usingElementComparator((a, b) -> a == b ? 0 : 1)
        .isEqualTo(before.routes().named());
    texts.put("trim-prefix", "/top");
    RouteTable after = GatewayConfig.of(new FlagValues(texts), logging).routes();
    assertThat(after.find("own").orElseThrow()).isSameAs(before.routes().find("own").orElseThrow());
    assertThat(after.find("plain").orElseThrow().routing().trimPrefix()).isEqualTo("/top");
    texts.put("routes.plain.match", "{\"hosts\":[\"own\"]}");
    assertThat(CheckedValues.of(new FlagValues(texts), logging).conflicts())
        .singleElement()
        .satisfies(
            conflict -> assertThat(conflict.problem().key()).isEqualTo("routes.plain.match"));
  }

  @Test
  void withDynamoDbARouteInheritsNoRollout() throws ConfigException {
    String route =
        "\"rollout\": {\"canary\": 0.5, \"maintenance\": 1},"
            + "\"routes\": {\"a\": {\"match\": {}, "
            + TARGETS
            + "}}}";
    RolloutConfig without = routes("{" + route).find("a").orElseThrow().rollout();
    assertThat(without.canary()).isEqualTo(0.5);
    assertThat(without.maintenance()).hasValue(1);
    RolloutConfig with = routes("{\"dynamodb\": {}," + route).find("a").orElseThrow().rollout();
    assertThat(with.canary()).isZero();
    assertThat(with.maintenance()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"main-target\": \"http://127.0.0.1:1345\", \"canary-target\": \"http://c\"|main-target",
        "\"main-target\": \"http://m\", \"canary-target\": \"http://localhost:1345\"|canary-target",
        "\"main-target\": \"http://m\", \"canary-target\": \"http://c\","
            + " \"mirror\": {\"to\": \"http://127.0.0.1:1345/x\"}|mirror",
      })
  void aTargetThatIsTheListenerItselfIsAFault(String keys, String faulty) {
    assertThatThrownBy(
            () ->
                routes(
                    "{\"router-server\": {\"port\": 1345}, \"routes\": {\"a\": {\"match\": {}, %s}}}"
                        .formatted(keys)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("routes.a." + faulty);
  }
}
