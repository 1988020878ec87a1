package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HopByHopTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TE",
        "Upgrade",
        "trailer",
        "Connection",
        "keep-alive",
        "Proxy-Connection",
        "TRANSFER-ENCODING",
        "Proxy-Authenticate",
        "Proxy-Authorization"
      })
  void staysHere(String name) {
    assertThat(HopByHop.is(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "X", "Via", "Content-Length", "Cookie", "ab", "Cacheco", "Proxy-Connectiox"})
  void passes(String name) {
    assertThat(HopByHop.is(name)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "close, close, true",
        "'keep-alive, Close', close, true",
        "closed, close, false",
        "-, close, false",
        "' upgrade ,x', upgrade, true"
      })
  void tokensAreFoundInAnyCase(String header, String token, boolean expected) {
    assertThat(HopByHop.hasToken(header, token)).isEqualTo(expected);
  }

  @Test
  void whatConnectionNamesStaysHereToo() {
    MultiMap from =
        MultiMap.caseInsensitiveMultiMap()
            .add("Connection", "close, X-One")
            .add("Connection", "x-two")
            .add("X-One", "1")
            .add("X-Two", "2")
            .add("X-Three", "3")
            .add("X-Three", "4");
    MultiMap to = MultiMap.caseInsensitiveMultiMap();
    HopByHop.copyEndToEnd(from, to);
    assertThat(to.names()).containsExactly("X-Three");
    assertThat(to.getAll("X-Three")).containsExactly("3", "4");
  }
}
