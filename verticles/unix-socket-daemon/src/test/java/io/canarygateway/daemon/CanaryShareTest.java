package io.canarygateway.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.ConfigReader;
import io.canarygateway.config.GatewayConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanaryShareTest {

  @ParameterizedTest
  @CsvSource({
    "main, true, false, 0",
    "canary, true, false, 1",
    "rollout, true, false, 0.25",
    "sidecar, true, false, 0.25",
    "canary, false, false, 0",
    "rollout, false, false, 0",
    "sidecar, false, false, 0",
    "canary, true, true, 0",
    "rollout, true, true, 0",
    "sidecar, true, true, 0"
  })
  void theShareIsThatOfTheProxy(String strategy, boolean enabled, boolean errors, double share)
      throws Exception {
    String json =
        """
        {"main-target": "http://m", "canary-target": "http://c", "sidecar-url": "http://s",
         "rollout": {"canary": 0.25}, "strategy": "%s", "canary-enabled": %s}
        """
            .formatted(strategy, enabled);
    GatewayConfig config = GatewayConfig.of(ConfigReader.read(json));
    assertThat(CanaryShare.of(config.routing(), config.rollout(), errors)).isEqualTo(share);
  }
}
