package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpUrlTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "http://h, /a, -, /a",
        "http://h, /a, x=1, /a?x=1",
        "http://h, /a, '', /a?",
        "http://h, '', -, /",
        "http://h, a, -, /a",
        "http://h/, /a, -, /a",
        "http://h/base, /a, -, /base/a",
        "http://h/base/, /a, -, /base/a",
        "http://h/base/, a, -, /base/a",
        "http://h/base, a, -, /base/a",
        "http://h/base, '', -, /base/",
        "http://h/base?k=v, /a, x=1, /base/a?k=v&x=1",
        "http://h?k=v, /a, -, /a?k=v",
        "http://h/b%20c, /d%2Fe, x=%26, /b%20c/d%2Fe?x=%26",
        "http://h, //a/../b, -, //a/../b"
      })
  void joinsAsGosSingleHostReverseProxyDoes(
      String url, String path, String query, String expected) {
    assertThat(HttpUrl.parse(url).join(path, query)).isEqualTo(expected);
  }
}
