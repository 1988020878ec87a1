package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.FlagValues;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LostSharesTest {

  @Test
  void sharesOfDynamoDbAndOfReleasesCanBeLost() {
    assertThat(LostShares.mayBeLost(new FlagValues(Map.of("rollout.canary", "0.5")))).isFalse();
    assertThat(LostShares.mayBeLost(new FlagValues(Map.of("release.version", "")))).isFalse();
    assertThat(LostShares.mayBeLost(new FlagValues(Map.of("release.version", "v2")))).isTrue();
    assertThat(LostShares.mayBeLost(new FlagValues(Map.of("routes.shop.release.version", "v2"))))
        .isTrue();
    assertThat(LostShares.mayBeLost(new FlagValues(Map.of("dynamodb.table", "rollouts")))).isTrue();
  }

  @Test
  void theyCountForTheTimeThatDynamoDbMayBeSilent() {
    assertThat(LostShares.after(FlagValues.EMPTY)).isEqualTo(Duration.ofSeconds(8));
    assertThat(LostShares.after(new FlagValues(Map.of("dynamodb.unhealthy", "30s"))))
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void theSharesOfAllRoutesAreZeroThen() {
    FlagValues ended =
        LostShares.end(
            new FlagValues(
                Map.of("routes.shop.rollout.canary", "0.5", "rollout.maintenance", "true")));
    assertThat(ended.texts())
        .containsOnly(
            Map.entry("routes.shop.rollout.canary", "0"),
            Map.entry("rollout.canary", "0"),
            Map.entry("rollout.maintenance", "true"));
  }
}
