package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutingConfigTest {

  /** A client is trusted if trusted-proxies are not set or contain it. */
  @ParameterizedTest
  @CsvSource({
    "all, true, true, true",
    "all, true, false, false",
    "all, false, true, true",
    "trusted, true, true, true",
    "trusted, true, false, false",
    "trusted, false, true, false",
    "off, true, true, false",
    "off, false, true, false"
  })
  void xCanaryIsHonouredFrom(String xCanary, boolean proxiesSet, boolean trusted, boolean honoured)
      throws ConfigException {
    String json =
        "{\"main-target\": \"http://m\", \"canary-target\": \"http://c\", \"x-canary\": \""
            + xCanary
            + (proxiesSet ? "\", \"trusted-proxies\": [\"10.0.0.0/8\"]}" : "\"}");
    RoutingConfig config = GatewayConfig.of(ConfigReader.read(json)).routing();
    assertThat(config.honoursXCanary(trusted)).isEqualTo(honoured);
  }
}
