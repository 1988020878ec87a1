package io.canarygateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteMatchTest {

  private static final ValueMatch ONE = ValueMatch.exact("1");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop.example.org",
        "*.example.org",
        "localhost",
        "10.0.0.1",
        "[::1]",
        "a_b.c-d",
        "xn--bcher-kva.example"
      })
  void aHostIsANameOrAWildcardOrAnAddress(String host) {
    assertThat(TestRoutes.hosts(host).hosts()).containsExactly(host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "*.",
        "Shop.example.org",
        "shop.example.org:80",
        "shop.example.org.",
        ".example.org",
        "a..b",
        "a.*.b",
        "*.*.b",
        "*a.b",
        "*.[::1]",
        "[::1",
        "[]",
        "b\u00fccher.example",
        "a b",
        "user@host"
      })
  void anyOtherHostIsRefused(String host) {
    assertThatThrownBy(() -> TestRoutes.hosts(host))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + host + "\" (expected a host in lower case");
  }

  @Test
  void aHostHasAtMost253Characters() {
    String longest = "a.".repeat(126) + "a";
    assertThat(TestRoutes.hosts(longest).hosts()).containsExactly(longest);
    assertThatThrownBy(() -> TestRoutes.hosts(longest + "a"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``      | a path that begins with /
          cart    | a path that begins with /
          *       | a path that begins with /
          /a?b    | a path without ? and #
          /a#b    | a path without ? and #
          /a%     | a path without control characters, \\ and broken % sequences
          /a\\b   | a path without control characters, \\ and broken % sequences
          /..     | a path without control characters, \\ and broken % sequences
          /a/../b | the path in its normal form, /b
          /%61    | the path in its normal form, /a
          /a%2fb  | the path in its normal form, /a%2Fb
          /a b    | the path in its normal form, /a%20b
          //      | a path without //
          /a//b   | a path without //
          """)
  void aPathThatNoRequestHasIsRefused(String path, String expected) {
    String text = "\"" + path + "\" (expected " + expected;
    assertThatThrownBy(() -> PathMatch.exact(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(text);
    assertThatThrownBy(() -> PathMatch.prefix(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(text);
  }

  @Test
  void aSlashAtTheEndOfAPrefixIsIgnored() {
    assertThat(PathMatch.prefix("/cart/")).isEqualTo(PathMatch.prefix("/cart"));
    assertThat(PathMatch.prefix("/")).isEqualTo(PathMatch.ALL);
    assertThat(PathMatch.exact("/cart/")).isNotEqualTo(PathMatch.exact("/cart"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[a", "(?=a)", "\\1", "a{2000}"})
  void whatRe2DoesNotTakeIsRefused(String expression) {
    assertThatThrownBy(() -> PathMatch.regex(expression))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("\"" + expression + "\" is not a regular expression of RE2: ");
    assertThatThrownBy(() -> ValueMatch.regex(expression))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void regularExpressionsFitTheWholeText() {
    assertThat(PathMatch.regex("/a|/ab").matches("/ab")).isTrue();
    assertThat(PathMatch.regex("/a").matches("/ab")).isFalse();
    assertThat(ValueMatch.regex("b+").matches("bb")).isTrue();
    assertThat(ValueMatch.regex("b+").matches("abb")).isFalse();
    assertThat(ValueMatch.regex("b+").matches("bba")).isFalse();
    assertThat(ValueMatch.regex("").matches("")).isTrue();
  }

  @Test
  void regularExpressionsWithTheSameTextAndFlagsAreEqual() {
    assertThat(ValueMatch.regex("a+"))
        .isEqualTo(ValueMatch.regex("a+"))
        .hasSameHashCodeAs(ValueMatch.regex("a+"))
        .isNotEqualTo(ValueMatch.regex("a*"))
        .isNotEqualTo(new ValueMatch.Regex(Pattern.compile("a+", Pattern.CASE_INSENSITIVE)))
        .isNotEqualTo(ValueMatch.exact("a+"));
    assertThat(PathMatch.regex("a+"))
        .isEqualTo(PathMatch.regex("a+"))
        .hasSameHashCodeAs(PathMatch.regex("a+"))
        .isNotEqualTo(PathMatch.regex("a*"));
  }

  @Test
  void methodsHeadersAndQueryAreNames() {
    RouteMatch all = RouteMatch.ALL;
    for (String method : List.of("", "GET ", "G/T", "G\u00cbT")) {
      assertThatThrownBy(() -> TestRoutes.methods(all, method))
          .hasMessage("\"%s\" (expected a method, such as GET)", method);
    }
    for (String header : List.of("", "X-Version", "a b", "a:")) {
      assertThatThrownBy(() -> TestRoutes.headers(all, header, "1"))
          .hasMessage("\"%s\" (expected the name of a header, in lower case)", header);
    }
    assertThatThrownBy(() -> TestRoutes.query(all, "", "1"))
        .hasMessage("\"\" (expected the name of a query parameter)");
    assertThat(TestRoutes.methods(all, "M-SEARCH", "get").methods())
        .containsExactly("M-SEARCH", "get");
  }

  @Test
  void componentsAreCopied() {
    Set<String> methods = new HashSet<>(Set.of("GET"));
    RouteMatch match =
        new RouteMatch(
            List.of("a", "b", "a"), PathMatch.ALL, methods, Map.of("h", ONE), Map.of("q", ONE));
    methods.clear();
    assertThat(match.methods()).containsExactly("GET");
    assertThat(match.hosts()).containsExactly("a", "b");
    assertThatThrownBy(() -> match.methods().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> match.headers().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(match)
        .isEqualTo(
            new RouteMatch(
                List.of("a", "b"),
                PathMatch.ALL,
                Set.of("GET"),
                Map.of("h", ONE),
                Map.of("q", ONE)));
  }

  /** On an event loop, a regular expression must not be tried for a text of any length. */
  @Test
  void aLongTextFitsNoRegularExpression() {
    String longest = "/" + "a".repeat(2_047);
    assertThat(PathMatch.regex(".*").matches(longest)).isTrue();
    assertThat(PathMatch.regex(".*").matches(longest + "a")).isFalse();
    assertThat(ValueMatch.regex(".*").matches(longest)).isTrue();
    assertThat(ValueMatch.regex(".*").matches(longest + "a")).isFalse();
    assertThat(ValueMatch.exact(longest + "a").matches(longest + "a")).isTrue();
    assertThat(PathMatch.prefix("/").matches(longest + "a")).isTrue();
  }
}
