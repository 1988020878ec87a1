package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The origins of {@code ofrep.cors-origins}: as a browser sends them, or they would never match.
 */
class CorsOriginsTest {

  private static FlagValues read(String origin) throws ConfigException {
    return ConfigReader.read("{\"ofrep\": {\"cors-origins\": [\"" + origin + "\"]}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://shop.example.org", "http://localhost:3000", "http://[::1]:8080"})
  void anOriginIsTaken(String origin) throws ConfigException {
    assertThat(InstrumentationConfig.of(read(origin)).corsOrigins()).containsExactly(origin);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "null",
        "",
        "shop.example.org",
        "https://shop.example.org/",
        "https://Shop.example.org",
        "https://shop.example.org:443",
        "http://shop.example.org:80",
        "ftp://shop.example.org",
        "https://*.example.org"
      })
  void anythingElseIsRefused(String origin) {
    assertThatThrownBy(() -> read(origin))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("ofrep.cors-origins")
        .hasMessageContaining("an origin as browsers send it, such as https://shop.example.org");
  }
}
