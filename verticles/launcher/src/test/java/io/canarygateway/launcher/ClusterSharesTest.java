package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each node of a cluster has its share of the limits, without communication. */
class ClusterSharesTest {

  @TempDir Path directory;
  private LimitedCluster limited;

  @BeforeEach
  void prepare() {
    limited = new LimitedCluster(new JsonObject(), directory);
  }

  @AfterEach
  void stop() throws Exception {
    limited.close();
  }

  @Test
  void theSharesTogetherAreTheLimit() throws Exception {
    List<GatewayFixture> gateways = limited.nodes("request-limit-canary", 100);
    limited.posts(List.of(gateways.get(1)), 200);
    assertThat(limited.canary()).isBetween(33, 34);
    limited.posts(gateways, 600);
    limited.assertCanary(gateways, 100);
    for (GatewayFixture gateway : gateways) {
      assertThat(gateway.routed("main", "Canary request limit reached")).isPositive();
    }
  }

  @Test
  void aLimitBelowTheNumberOfNodesGivesSomeNodesNothing() throws Exception {
    limited.cluster.upstreams.canary.answerWith(500);
    List<GatewayFixture> gateways = limited.nodes("error-limit-canary", 2);
    limited.posts(gateways, 60);
    limited.assertCanary(gateways, 2);
    for (GatewayFixture gateway : gateways) {
      await().until(() -> gateway.health("breaker").encode().contains("error limit reached"));
    }
  }

  @Test
  void anotherGenerationStartsTheSharesAnew() throws Exception {
    List<GatewayFixture> gateways = limited.watched("request-limit-canary", 30);
    limited.posts(gateways, 90);
    limited.assertCanary(gateways, 30);
    limited.change(gateways, "generation", "next");
    limited.postsUntil(gateways, 60);
  }
}
