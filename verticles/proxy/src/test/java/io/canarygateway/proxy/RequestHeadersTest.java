package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.ScriptedGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which header lines of a request pass, and which end it. */
class RequestHeadersTest {

  @RegisterExtension static final ScriptedGateway gateway = ProxyFixture.scripted();

  @ParameterizedTest
  @ValueSource(
      strings = {
        ": x",
        ":",
        "X",
        "X y",
        "X : y",
        "X\t: y",
        " X: y",
        "\tX: y",
        "X Y: z",
        "X\u0000: y",
        "X\u0001: y",
        "\u0001X: y",
        "X\u007f: y",
        "X\u00e9: y",
        "X(: y",
        "X/Y: z",
        "X@Y: z",
        "\"X\": y",
        "X\r: y",
        "\rX: y",
        "\u0000",
        "\u000b: y"
      })
  void namesThatAreNoTokensAreRefused(String field) throws Exception {
    gateway.assertRefused(ScriptedGateway.request("GET / HTTP/1.1", "A: b", field, "C: d"), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\u0000b",
        "\u0000",
        "a\rb",
        "a\r\r",
        "a\u0001",
        "\u001f",
        "a\u007fb",
        "a\u000bb",
        "a\u000cb",
        "a\u0008b",
        "a\u001bb",
        "a\nB: c",
        "a\n\tb",
        "a\r\n b",
        "a\r\n\tb",
        "a\r\n "
      })
  void valuesWithControlsOrLineBreaksAreRefused(String value) throws Exception {
    gateway.assertRefused(ScriptedGateway.request("GET / HTTP/1.1", "X: " + value, "C: d"), 400);
  }

  @Test
  void aLineThatContinuesTheRequestLineIsRefused() throws Exception {
    gateway.assertRefused("GET / HTTP/1.1\r\n Host: x\r\nHost: x\r\n\r\n", 400);
    gateway.assertRefused("GET / HTTP/1.1\r\n\tX: y\r\nHost: x\r\n\r\n", 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b", "a/b", "a?b", "a#b", "a@b", "user@a", "a\\b", "a:b", "a:80:80", "a:-1", "a:8o",
            "a:80 ,b",
        "[::1", "::1]", "[::1]x", "[::1]:x", "[x]", "\u00e9.test", "a<b", "a\"b", "a^b", "a{b",
            "a|b", "http://a"
      })
  void hostsThatAreNoHostsAreRefused(String host) throws Exception {
    gateway.assertRefused("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", 400);
    gateway.assertRefused("GET / HTTP/1.0\r\nHost: " + host + "\r\n\r\n", 400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
  void moreThanOneHostIsRefused(String version) throws Exception {
    gateway.assertRefused("GET / " + version + "\r\nHost: x\r\nHost: x\r\n\r\n", 400);
    gateway.assertRefused("GET / " + version + "\r\nhost: x\r\nA: b\r\nHOST: y\r\n\r\n", 400);
  }

  @Test
  void onlyHttp10MayDoWithoutAHost() throws Exception {
    gateway.assertRefused("GET / HTTP/1.1\r\n\r\n", 400);
    gateway.assertRefused("GET http://e.test/ HTTP/1.1\r\n\r\n", 400);
    assertThat(gateway.ask("GET / HTTP/1.0\r\n\r\n").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "x:80",
        "x:",
        "127.0.0.1",
        "127.0.0.1:8080",
        "[::1]",
        "[::1]:80",
        "[::ffff:1.2.3.4]",
        "a_b.test",
        "a-b.test.",
        "a%41.test",
        "xn--bcher-kva.test",
        "a!$&'()*+,;=~b"
      })
  void hostsPass(String host) throws Exception {
    assertThat(gateway.ask("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status()).isEqualTo(200);
    assertThat(gateway.upstream().only().header("Host"))
        .isEqualTo("127.0.0.1:" + gateway.upstream().port());
  }

  @Test
  void valuesPassByteForByte() throws Exception {
    String value = "a\tb  c \u0080\u00e9\u00ff !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    assertThat(gateway.get("/", "X: \t" + value + " \t ", "Y:", "Z: \t ").status()).isEqualTo(200);
    assertThat(gateway.upstream().only().header("X")).isEqualTo(value);
    assertThat(gateway.upstream().only().headers("Y")).containsExactly("");
    assertThat(gateway.upstream().only().headers("Z")).containsExactly("");
  }

  @Test
  void namesKeepTheirCaseAndTheirOrder() throws Exception {
    gateway.get("/", "x-B: 1", "A: 2", "X-b: 3", "!#$%&'*+-.^_`|~09: 4", "aCcept: 5", "X-B: 6");
    assertThat(gateway.upstream().only().head().fields())
        .containsSubsequence(
            "x-B: 1", "A: 2", "X-b: 3", "!#$%&'*+-.^_`|~09: 4", "aCcept: 5", "X-B: 6");
  }

  @Test
  void cookiesOfSeveralLinesStayLines() throws Exception {
    gateway.get("/", "Cookie: a=1", "Cookie: b=2");
    assertThat(gateway.upstream().only().headers("Cookie")).containsExactly("a=1", "b=2");
  }
}
