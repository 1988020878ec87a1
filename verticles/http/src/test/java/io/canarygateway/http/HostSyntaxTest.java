package io.canarygateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostSyntaxTest {

  private static boolean isHost(String text) {
    byte[] bytes = ("x" + text + "x").getBytes(ISO_8859_1);
    return HostSyntax.isHost(bytes, 1, bytes.length - 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "A.b-c_d~e",
        "a:",
        "a:80",
        "a:65535",
        "127.0.0.1:8080",
        "[::1]",
        "[::1]:80",
        "[fe80::1%25eth0]",
        "[v1.a:b]",
        "a%20b",
        "sub!$&'()*+,;=",
        ":80"
      })
  void isAHost(String text) {
    assertThat(isHost(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "a/b",
        "a@b",
        "u:p@h",
        "a:b",
        "a:80:90",
        "a:123456",
        "a:-1",
        "[::1",
        "::1",
        "[]",
        "[::1]x",
        "[::1]]",
        "[[::1]]",
        "[::1]80",
        "a]",
        "a\\b",
        "a?b",
        "a#b",
        "\u00e4",
        "a\t",
        "a\0",
        "<a>",
        "a\"",
        "a{b}",
        "a|b",
        "a^b",
        "a`b"
      })
  void isNone(String text) {
    assertThat(isHost(text)).isFalse();
  }
}
