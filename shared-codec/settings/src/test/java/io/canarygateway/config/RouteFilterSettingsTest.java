package io.canarygateway.config;

import static io.canarygateway.config.RouteConfigTest.TARGETS;
import static io.canarygateway.config.RouteConfigTest.routes;
import static io.canarygateway.config.RouteConfigTest.shop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of redirects, rewrites and rules, and their limits. */
class RouteFilterSettingsTest {

  /** So that everything but one path can be redirected to HTTPS. */
  @Test
  void aRedirectIsNotInherited() throws ConfigException {
    String redirect = ", \"redirect\": {\"scheme\": \"https\"}";
    assertThat(shop("", redirect).filters().redirect()).isEmpty();
    assertThat(shop("\"rewrite-prefix\": \"/a\"", redirect).filters().rewritePrefix())
        .contains("/a");
  }

  @Test
  void aRedirectOrARewriteHasToLeadElsewhere() throws ConfigException {
    String toItself = "\"redirect\": {\"status\": 301}";
    assertThatThrownBy(() -> shop(toItself, ""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("routes.shop.redirect: a redirect to the same URL");
    assertThat(shop(toItself + ", \"rewrite-prefix\": \"/a\"", "").filters().redirect())
        .isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "//a", "/a/../b", "/./a", "/%61", "/%zz", "/a?b", "/a#b", "/a b"})
  void aReplacementOfPathsIsAPathInNormalForm(String path) {
    for (String key : List.of("\"rewrite-prefix\": \"%s\"", "\"redirect\": {\"path\": \"%s\"}")) {
      assertThatThrownBy(() -> shop(key.formatted(path), ""))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("a path such as /cart");
    }
  }

  private static String withExpressions(int count) {
    String routes =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    "\"r%03d\": {\"match\": {\"path\": {\"regex\": \"/%d.*\"}}, %s}"
                        .formatted(i, i, TARGETS))
            .collect(Collectors.joining(", "));
    return "{\"routes\": {" + routes + "}}";
  }

  @Test
  void atMostAHundredRoutesHaveARegularExpressionForThePath() throws ConfigException {
    assertThat(routes(withExpressions(100)).named()).hasSize(100);
    assertThatThrownBy(() -> routes(withExpressions(101)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("routes.r100.match: 101 routes with a path.regex (expected at most");
  }

  @Test
  void rulesForCanaryHaveAtMostAHundredRegularExpressions() throws ConfigException {
    String rules =
        IntStream.range(0, 100)
            .mapToObj(i -> "{\"query\": {\"q\": {\"regex\": \"%d.*\"}}}".formatted(i))
            .collect(Collectors.joining(", "));
    assertThat(shop("\"canary-when\": [" + rules + "]", "").canaryWhen()).hasSize(100);
    assertThatThrownBy(
            () ->
                shop(
                    "\"canary-when\": [" + rules + ", {\"cookies\": {\"c\": {\"regex\": \"a\"}}}]",
                    ""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("at most 100 regular expressions");
  }
}
