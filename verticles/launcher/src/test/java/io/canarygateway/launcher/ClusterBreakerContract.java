package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The circuit breaker's limits over several nodes of a real cluster on 127.0.0.1. Each engine that
 * can keep them has a subclass.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClusterBreakerContract {

  private static final String REQUESTS = "request-limit-canary";
  private static final String ERRORS = "error-limit-canary";
  private static final String WRITTEN = "gateway_breaker_cluster_writes_total{result=\"written\"}";

  private LimitedCluster limited;
  private List<GatewayFixture> gateways;

  /** Clusters of one test alone. */
  private final List<LimitedCluster> own = new ArrayList<>();

  abstract LimitEngine engine();

  /** Three nodes for the whole class; each test gives them limits, and counts of its own. */
  @BeforeAll
  void startNodes(@TempDir Path directory) throws Exception {
    startEngine(directory);
    limited = new LimitedCluster(engine().sections(), directory);
    gateways = limited.watched(REQUESTS, 1);
  }

  abstract void startEngine(Path directory) throws Exception;

  @AfterAll
  void stopNodes() throws Exception {
    limited.close();
    engine().close();
  }

  @AfterEach
  void stopOwn() throws Exception {
    for (LimitedCluster cluster : own) {
      cluster.close();
    }
    own.clear();
  }

  private LimitedCluster ownCluster(Path directory) {
    LimitedCluster cluster = new LimitedCluster(engine().sections(), directory);
    own.add(cluster);
    return cluster;
  }

  private static ConditionFactory within(int seconds) {
    return await().atMost(Duration.ofSeconds(seconds));
  }

  @Test
  void theRequestLimitIsReachedExactlyOverAllNodes() throws Exception {
    limited.reset(gateways, REQUESTS, 1000);
    limited.posts(gateways, 4000);
    limited.postsUntil(gateways, 1000);
    for (GatewayFixture gateway : gateways) {
      assertThat(gateway.metric("gateway_breaker_requests")).isPositive();
      within(20)
          .untilAsserted(
              () ->
                  assertThat(gateway.metric("gateway_breaker_cluster_used_requests"))
                      .isEqualTo(1000));
      double before = gateway.routed("main", "Canary request limit reached");
      limited.posts(List.of(gateway), 1);
      assertThat(gateway.routed("main", "Canary request limit reached")).isEqualTo(before + 1);
    }
    limited.assertCanary(gateways, 1000);
  }

  @Test
  void oneNodeCanUseUpWhatTheOthersDoNotNeed() throws Exception {
    limited.reset(gateways, REQUESTS, 300);
    limited.postsUntil(List.of(gateways.get(1)), 300);
    limited.posts(gateways, 30);
    limited.assertCanary(gateways, 300);
  }

  @Test
  void theErrorLimitIsNeverOvershotAndSeenByAll() throws Exception {
    limited.reset(gateways, ERRORS, 40);
    limited.cluster.upstreams.canary.answerWith(500);
    within(20)
        .untilAsserted(
            () -> {
              for (int i = 0; i < 100; i++) {
                gateways.get(0).get("/");
              }
              limited.assertCanary(gateways, 40);
            });
    for (GatewayFixture gateway : gateways) {
      within(20)
          .untilAsserted(
              () ->
                  assertThat(gateway.health("breaker").getJsonObject("data").getString("detail"))
                      .isEqualTo("canary error limit reached: 40 of 40"));
      double before = gateway.routed("main", "Canary error limit reached");
      assertThat(gateway.get("/").body()).isEqualTo("main");
      assertThat(gateway.routed("main", "Canary error limit reached")).isEqualTo(before + 1);
    }
    limited.assertCanary(gateways, 40);
  }

  @Test
  void successesUseNoErrorLease() throws Exception {
    limited.reset(gateways, ERRORS, 200);
    limited.posts(gateways, 600);
    // Errors that are in flight may exhaust a lease for a moment, but no success uses it up.
    assertThat(limited.canary()).isGreaterThan(300);
    for (GatewayFixture gateway : gateways) {
      assertThat(gateway.metric("gateway_breaker_reservations")).isZero();
    }
  }

  @Test
  void aLimitChangedLiveHoldsOverAllNodes() throws Exception {
    limited.reset(gateways, REQUESTS, 600);
    limited.posts(gateways, 150);
    limited.assertCanary(gateways, 150);
    limited.change(gateways, REQUESTS, 300);
    limited.posts(gateways, 600);
    limited.postsUntil(gateways, 300);
    limited.change(gateways, REQUESTS, 450);
    limited.postsUntil(gateways, 450);
    limited.change(gateways, REQUESTS, 100);
    limited.posts(gateways, 60);
    limited.assertCanary(gateways, 450);
  }

  @Test
  void anotherGenerationStartsAnewOnAllNodes() throws Exception {
    limited.reset(gateways, REQUESTS, 60);
    limited.posts(gateways, 200);
    limited.postsUntil(gateways, 60);
    limited.change(gateways, "generation", UUID.randomUUID().toString());
    limited.postsUntil(gateways, 120);
    limited.posts(gateways, 30);
    limited.assertCanary(gateways, 120);
  }

  @Test
  void theCountsOutliveARestartOfAllNodes(@TempDir Path directory) throws Exception {
    LimitedCluster mine = ownCluster(directory);
    List<GatewayFixture> before = mine.nodes(REQUESTS, 90);
    mine.awaitLeases(before, REQUESTS);
    mine.posts(before, 30);
    mine.assertCanary(before, 30);
    before.forEach(GatewayFixture::close);
    List<GatewayFixture> again = mine.nodes(REQUESTS, 90);
    mine.postsUntil(again, 90);
    mine.posts(again, 30);
    mine.assertCanary(again, 90);
  }

  @Test
  void whoComesLateKnowsAtOnceAndWhoLeavesReturnsItsLease(@TempDir Path directory)
      throws Exception {
    LimitedCluster mine = ownCluster(directory);
    GatewayFixture first = mine.node(0, REQUESTS, 400);
    GatewayFixture second = mine.node(1, REQUESTS, 400);
    List<GatewayFixture> two = List.of(first, second);
    mine.awaitLeases(two, REQUESTS);
    mine.posts(two, 90);
    GatewayFixture late = mine.node(2, REQUESTS, 400);
    assertThat(late.metric("gateway_breaker_cluster_granted_requests")).isGreaterThan(90);
    mine.posts(List.of(late), 1);
    mine.assertCanary(List.of(first, second, late), 91);
    assertThat(late.metric("gateway_breaker_lease_requests")).isPositive();
    late.close();
    mine.postsUntil(two, 400);
    mine.posts(two, 50);
    mine.assertCanary(two, 400);
    GatewayFixture again = mine.node(2, REQUESTS, 400);
    await()
        .until(
            () -> {
              assertThat(again.get("/").body()).isEqualTo("main");
              return again.routed("main", "Canary request limit reached") > 0;
            });
  }

  @Test
  void aNodeAloneNeedsNoOtherNode(@TempDir Path directory) throws Exception {
    LimitedCluster mine = ownCluster(directory);
    GatewayFixture alone = mine.node(0, REQUESTS, 100);
    mine.postsUntil(List.of(alone), 100);
    assertThat(alone.health("breaker").getString("status")).isEqualTo("UP");
  }

  @Test
  void withoutTheEngineNodesServeWhatTheyHoldUntilItIsBack() throws Exception {
    limited.reset(gateways, REQUESTS, 300);
    engine().stop();
    try {
      limited.posts(gateways, 400);
      assertThat(limited.canary()).isBetween(30, 299);
      for (GatewayFixture gateway : gateways) {
        within(20)
            .untilAsserted(
                () ->
                    assertThat(gateway.health("breaker").encode())
                        .contains("DEGRADED", "cannot be used"));
        double before = gateway.routed("main", "Canary limit not leased");
        assertThat(gateway.get("/").body()).isEqualTo("main");
        assertThat(gateway.routed("main", "Canary limit not leased")).isEqualTo(before + 1);
      }
    } finally {
      engine().go();
    }
    limited.postsUntil(gateways, 300);
    limited.posts(gateways, 30);
    limited.assertCanary(gateways, 300);
    for (GatewayFixture gateway : gateways) {
      within(20).until(() -> gateway.health("breaker").getString("status").equals("UP"));
    }
  }

  @Test
  void withoutLimitsAllGoesToCanaryAndNothingIsWritten() throws Exception {
    limited.reset(gateways, REQUESTS, 0);
    GatewayFixture gateway = gateways.get(0);
    // A write for the limit before may be under way.
    AtomicReference<Double> last = new AtomicReference<>(-1.0);
    await()
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              double now = gateway.metric(WRITTEN);
              return last.getAndSet(now) == now;
            });
    double before = gateway.metric(WRITTEN);
    for (int i = 0; i < 20; i++) {
      assertThat(gateway.get("/").body()).isEqualTo("canary");
    }
    assertThat(gateway.metric(WRITTEN)).isEqualTo(before);
  }
}
