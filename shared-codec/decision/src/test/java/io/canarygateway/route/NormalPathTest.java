package io.canarygateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalPathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "*",
        "/cart",
        "/cart/",
        "/cart//x",
        "//",
        "/a.b/..c/d../.e/...",
        "/..;/admin",
        "/.;x",
        "/%2F",
        "/a%2Fb%3F%23",
        "/%252e%252e",
        "/%C3%BC",
        "/~user/a-b_c",
        "/!$&'()*+,;=:@"
      })
  void aNormalPathIsReturnedAsTheSameObject(String path) {
    assertThat(NormalPath.of(path)).isSameAs(path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          ''                        => /
          /%63art                   => /cart
          /%7Euser%2d%5F            => /~user-_
          /a%2fb                    => /a%2Fb
          /%3a                      => /%3A
          /caf\u00c3\u00a9          => /caf%C3%A9
          /a b                      => /a%20b
          /{id}                     => /%7Bid%7D
          /[x]                      => /%5Bx%5D
          /"<>^`|                   => /%22%3C%3E%5E%60%7C
          /.                        => /
          /./                       => /
          /././.                    => /
          /a/.                      => /a/
          /a/..                     => /
          /a/../                    => /
          /a/b/..                   => /a/
          /a/b/../..                => /
          /a/b/../c                 => /a/c
          /a/./b/../../c/./d.html   => /c/d.html
          /mid/content=5/../6       => /mid/6
          //..                      => /
          //../a                    => /a
          /a//../b                  => /a/b
          /a//b/../..               => /a/
          /.//a                     => //a
          /cart/%2e%2e/admin        => /admin
          /cart/%2E./admin          => /admin
          /cart/.%2e/admin          => /admin
          /%2E/..;/                 => /..;/
          /a/%2e                    => /a/
          /%252e%252e/%2E%2E;x/     => /%252e%252e/..;x/
          /cart/..%2Fadmin          => /cart/..%2Fadmin
          /a%2f/../b                => /b
          """)
  void whatRfc3986CallsEquivalentBecomesOne(String path, String normal) {
    assertThat(NormalPath.of(path)).isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cart",
        "**",
        "*/",
        "http://example.org/",
        "/%",
        "/%2",
        "/%zz",
        "/%2g/",
        "/%-1",
        "/%+1",
        "/%\u0661\u0661",
        "/a%/b",
        "/..",
        "/../",
        "/../a",
        "/%2e%2e",
        "/a/../..",
        "/a/../../a",
        "/./..",
        "/%00",
        "/a%0d%0ab",
        "/%1F",
        "/%7f",
        "/\u0000",
        "/\n",
        "/\u007f",
        "/..\\admin",
        "/..%5cadmin",
        "/%5C",
        "/a?b",
        "/a#b",
        "/\u0100",
        "/\ud83d\ude00"
      })
  void whatCannotBeNormalisedHasNoNormalForm(String path) {
    assertThat(NormalPath.of(path)).isNull();
  }

  @Test
  void aHostilePathTakesLinearTime() {
    int segments = 1_000_000;
    assertThat(NormalPath.of("/a".repeat(segments) + "/..".repeat(segments))).isEqualTo("/");
    assertThat(NormalPath.of("/%2e".repeat(segments))).isEqualTo("/");
    assertThat(NormalPath.of("/".repeat(segments) + "..")).hasSize(segments - 1);
    assertThat(NormalPath.of("/a/..".repeat(segments) + "/..")).isNull();
  }

  @Property
  void anyTextHasOneNormalFormOrNone(@ForAll String path) {
    String normal = NormalPath.of(path);
    if (normal != null) {
      assertThat(NormalPath.of(normal)).isSameAs(normal);
    }
  }

  @Property
  void aNormalPathIsPlainAsciiWithoutDotSegments(@ForAll("pathsOfPieces") String path) {
    String normal = NormalPath.of(path);
    if (normal != null) {
      assertThat(normal).matches("/([-A-Za-z0-9._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*");
      assertThat(normal.split("/", -1)).doesNotContain(".", "..");
      assertThat(NormalPath.of(normal)).isSameAs(normal);
    }
  }

  @Property
  void dotSegmentsAreRemovedAsByAStack(@ForAll("dottedPaths") String path) {
    assertThat(NormalPath.of(path)).isEqualTo(withoutDotSegments(path));
  }

  @Property
  void aSpellingOfAPathHasTheSameNormalForm(@ForAll("dottedPaths") String path) {
    StringBuilder spelling = new StringBuilder();
    for (char c : path.toCharArray()) {
      boolean encoded = c != '/' && (spelling.length() + path.length()) % 3 > 0;
      spelling.append(encoded ? "%%%02x".formatted((int) c) : c);
    }
    assertThat(NormalPath.of(spelling.toString())).isEqualTo(NormalPath.of(path));
  }

  @Provide
  Arbitrary<String> pathsOfPieces() {
    return Arbitraries.of(
            "/", ".", "..", "%2e", "%2E", "%2f", "%5c", "%", "%2", "%25", "a", "\u00fc", "{", ";")
        .list()
        .ofMaxSize(12)
        .map(pieces -> "/" + String.join("", pieces));
  }

  @Provide
  Arbitrary<String> dottedPaths() {
    return Arbitraries.of("", ".", "..", "...", "a", "b.", ".c")
        .list()
        .ofMinSize(1)
        .ofMaxSize(10)
        .map(segments -> "/" + String.join("/", segments));
  }

  /** RFC 3986, 5.2.4, but null if a segment above the root is asked for. */
  private static String withoutDotSegments(String path) {
    Deque<String> kept = new ArrayDeque<>();
    List<String> segments = List.of(path.substring(1).split("/", -1));
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      boolean last = i == segments.size() - 1;
      if (segment.equals("..") && kept.pollLast() == null) {
        return null;
      }
      if (!segment.equals(".") && !segment.equals("..")) {
        kept.add(segment);
      } else if (last) {
        kept.add("");
      }
    }
    return "/" + String.join("/", kept);
  }
}
