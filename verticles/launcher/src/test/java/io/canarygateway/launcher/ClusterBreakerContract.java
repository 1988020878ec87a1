package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The circuit breaker's limits over several nodes of a real cluster on 127.0.0.1. Each engine that
 * can keep them has a subclass.
 */
abstract class ClusterBreakerContract {

  private static final String REQUESTS = "request-limit-canary";
  private static final String ERRORS = "error-limit-canary";

  @TempDir Path directory;
  private LimitedCluster limited;

  abstract LimitEngine engine();

  @BeforeEach
  void prepare() {
    limited = new LimitedCluster(engine().sections(), directory);
  }

  @AfterEach
  void stop() throws Exception {
    limited.close();
  }

  private static ConditionFactory within(int seconds) {
    return await().atMost(Duration.ofSeconds(seconds));
  }

  @Test
  void theRequestLimitIsReachedExactlyOverAllNodes() throws Exception {
    List<GatewayFixture> gateways = limited.nodes(REQUESTS, 1000);
    limited.posts(gateways, 4000);
    limited.postsUntil(gateways, 1000);
    for (GatewayFixture gateway : gateways) {
      assertThat(gateway.metric("gateway_breaker_requests")).isPositive();
      within(5)
          .untilAsserted(
              () ->
                  assertThat(gateway.metric("gateway_breaker_cluster_used_requests"))
                      .isEqualTo(1000));
      limited.posts(List.of(gateway), 1);
      assertThat(gateway.routed("main", "Canary request limit reached")).isPositive();
    }
    assertThat(limited.canary()).isEqualTo(1000);
  }

  @Test
  void oneNodeCanUseUpWhatTheOthersDoNotNeed() throws Exception {
    List<GatewayFixture> gateways = limited.nodes(REQUESTS, 300);
    limited.postsUntil(List.of(gateways.get(1)), 300);
    limited.posts(gateways, 30);
    assertThat(limited.canary()).isEqualTo(300);
  }

  @Test
  void theErrorLimitIsNeverOvershotAndSeenByAll() throws Exception {
    limited.cluster.upstreams.canary.answerWith(500);
    List<GatewayFixture> gateways = limited.nodes(ERRORS, 40);
    within(20)
        .untilAsserted(
            () -> {
              for (int i = 0; i < 100; i++) {
                gateways.get(0).get("/");
              }
              assertThat(limited.canary()).isEqualTo(40);
            });
    for (GatewayFixture gateway : gateways) {
      within(5)
          .untilAsserted(
              () ->
                  assertThat(gateway.health("breaker").getJsonObject("data").getString("detail"))
                      .isEqualTo("canary error limit reached: 40 of 40"));
      assertThat(gateway.get("/").body()).isEqualTo("main");
      assertThat(gateway.routed("main", "Canary error limit reached")).isPositive();
    }
    assertThat(limited.canary()).isEqualTo(40);
  }

  @Test
  void successesUseNoErrorLease() throws Exception {
    List<GatewayFixture> gateways = limited.nodes(ERRORS, 200);
    limited.posts(gateways, 600);
    assertThat(limited.canary()).isGreaterThan(500);
    for (GatewayFixture gateway : gateways) {
      assertThat(gateway.metric("gateway_breaker_reservations")).isZero();
    }
  }

  @Test
  void aLimitChangedLiveHoldsOverAllNodes() throws Exception {
    List<GatewayFixture> gateways = limited.watched(REQUESTS, 600);
    limited.posts(gateways, 150);
    assertThat(limited.canary()).isEqualTo(150);
    limited.change(gateways, REQUESTS, 300);
    limited.posts(gateways, 600);
    limited.postsUntil(gateways, 300);
    limited.change(gateways, REQUESTS, 450);
    limited.postsUntil(gateways, 450);
    limited.change(gateways, REQUESTS, 100);
    limited.posts(gateways, 60);
    assertThat(limited.canary()).isEqualTo(450);
  }

  @Test
  void anotherGenerationStartsAnewOnAllNodes() throws Exception {
    List<GatewayFixture> gateways = limited.watched(REQUESTS, 60);
    limited.posts(gateways, 200);
    limited.postsUntil(gateways, 60);
    limited.change(gateways, "generation", directory.toString());
    limited.postsUntil(gateways, 120);
    limited.posts(gateways, 30);
    assertThat(limited.canary()).isEqualTo(120);
  }

  @Test
  void theCountsOutliveARestartOfAllNodes() throws Exception {
    List<GatewayFixture> gateways = limited.nodes(REQUESTS, 90);
    limited.posts(gateways, 30);
    assertThat(limited.canary()).isEqualTo(30);
    gateways.forEach(GatewayFixture::close);
    List<GatewayFixture> again = limited.nodes(REQUESTS, 90);
    limited.postsUntil(again, 90);
    limited.posts(again, 30);
    assertThat(limited.canary()).isEqualTo(90);
  }

  @Test
  void whoComesLateKnowsAtOnceAndWhoLeavesReturnsItsLease() throws Exception {
    GatewayFixture first = limited.node(0, REQUESTS, 400);
    GatewayFixture second = limited.node(1, REQUESTS, 400);
    List<GatewayFixture> two = List.of(first, second);
    limited.posts(two, 90);
    GatewayFixture late = limited.node(2, REQUESTS, 400);
    assertThat(late.metric("gateway_breaker_cluster_granted_requests")).isGreaterThan(90);
    limited.posts(List.of(late), 1);
    assertThat(limited.canary()).isEqualTo(91);
    assertThat(late.metric("gateway_breaker_lease_requests")).isPositive();
    late.close();
    limited.postsUntil(two, 400);
    limited.posts(two, 50);
    assertThat(limited.canary()).isEqualTo(400);
    GatewayFixture again = limited.node(2, REQUESTS, 400);
    assertThat(again.get("/").body()).isEqualTo("main");
    assertThat(again.routed("main", "Canary request limit reached")).isEqualTo(1);
  }

  @Test
  void aNodeAloneNeedsNoOtherNode() throws Exception {
    GatewayFixture alone = limited.node(0, REQUESTS, 100);
    limited.postsUntil(List.of(alone), 100);
    assertThat(alone.health("breaker").getString("status")).isEqualTo("UP");
  }

  @Test
  void withoutTheEngineNodesServeWhatTheyHoldUntilItIsBack() throws Exception {
    List<GatewayFixture> gateways = limited.nodes(REQUESTS, 300);
    engine().stop();
    try {
      limited.posts(gateways, 400);
      assertThat(limited.canary()).isBetween(30, 299);
      for (GatewayFixture gateway : gateways) {
        within(10)
            .untilAsserted(
                () ->
                    assertThat(gateway.health("breaker").encode())
                        .contains("DEGRADED", "cannot be used"));
        assertThat(gateway.get("/").body()).isEqualTo("main");
        assertThat(gateway.routed("main", "Canary limit not leased")).isPositive();
      }
    } finally {
      engine().go();
    }
    limited.postsUntil(gateways, 300);
    limited.posts(gateways, 30);
    assertThat(limited.canary()).isEqualTo(300);
    for (GatewayFixture gateway : gateways) {
      within(10).until(() -> gateway.health("breaker").getString("status").equals("UP"));
    }
  }

  @Test
  void withoutLimitsAllGoesToCanary() throws Exception {
    GatewayFixture alone = limited.node(0, REQUESTS, 0);
    assertThat(alone.get("/").body()).isEqualTo("canary");
    assertThat(alone.metric("gateway_breaker_cluster_writes_total{result=\"written\"}")).isZero();
  }
}
