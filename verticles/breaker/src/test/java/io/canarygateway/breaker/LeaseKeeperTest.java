package io.canarygateway.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.CanaryLimit;
import io.canarygateway.decision.DecisionReason;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Three nodes share limits through a store. No limit is exceeded, whatever the store loses. */
class LeaseKeeperTest {

  private static final Duration FOREVER = Duration.ZERO;
  private static final BreakerLimits REQUESTS = new BreakerLimits(1_000, 0);
  private static final BreakerLimits ERRORS = new BreakerLimits(0, 60);

  private static SimulatedCluster cluster(long seed, BreakerLimits limits) {
    SimulatedCluster cluster = new SimulatedCluster(seed, limits, FOREVER);
    cluster.time.pass(500);
    return cluster;
  }

  @Property(tries = 30)
  void theRequestLimitIsReachedExactly(@ForAll long seed) {
    SimulatedCluster cluster = cluster(seed, REQUESTS);
    cluster.traffic(6_000, 0, 0);
    cluster.time.pass(4_000);
    assertThat(cluster.admitted.size()).isEqualTo(1_000);
    for (SimulatedCluster.Node node : cluster.nodes) {
      assertThat(node.request(false, 1)).isEqualTo(DecisionReason.REQUEST_LIMIT);
      assertThat(node.breaker.use(CanaryLimit.REQUESTS, REQUESTS).used()).isEqualTo(1_000);
    }
  }

  @Property(tries = 30)
  void theErrorLimitIsReachedExactly(@ForAll long seed) {
    SimulatedCluster cluster = cluster(seed, ERRORS);
    cluster.traffic(6_000, 10, 0);
    cluster.time.pass(4_000);
    cluster.traffic(3_000, 100, 0);
    cluster.time.pass(4_000);
    assertThat(cluster.failed.size()).isEqualTo(60);
    for (SimulatedCluster.Node node : cluster.nodes) {
      assertThat(node.request(true, 1)).isEqualTo(DecisionReason.ERROR_LIMIT);
      assertThat(node.breaker.use(CanaryLimit.ERRORS, ERRORS).reached()).isTrue();
    }
  }

  @Property(tries = 100)
  void nothingIsExceededWhileAnswersAreLostAndNodesDie(@ForAll long seed) {
    SimulatedCluster cluster = cluster(seed, new BreakerLimits(1_000, 60));
    cluster.store.lose(1 + cluster.random.nextInt(60));
    cluster.traffic(8_000, 2, 0);
    for (int i = 0; i < 20; i++) {
      cluster.time.pass(cluster.random.nextInt(200));
      int what = cluster.random.nextInt(10);
      if (what == 0) {
        cluster.kill(0);
        cluster.nodes.add(cluster.new Node());
      } else if (what == 1) {
        cluster.leave(0);
        cluster.nodes.add(cluster.new Node());
      } else if (what < 4) {
        cluster.store.lose(cluster.random.nextInt(100));
      }
    }
    cluster.time.pass(5_000);
    assertThat(cluster.admitted.size()).isLessThanOrEqualTo(1_000);
    assertThat(cluster.failed.size()).isLessThanOrEqualTo(60);
    assertThat(LeaseRecord.of(cluster.store.state(SimulatedCluster.KEY).text()).requests())
        .isLessThanOrEqualTo(1_000);
  }

  @Property(tries = 30)
  void lostAnswersLoseNothingOfTheLimit(@ForAll long seed) {
    SimulatedCluster cluster = cluster(seed, REQUESTS);
    cluster.store.lose(40);
    cluster.traffic(5_000, 0, 0);
    cluster.time.pass(3_000);
    assertThat(cluster.admitted.size()).isLessThanOrEqualTo(1_000);
    cluster.store.lose(0);
    cluster.time.pass(3_000);
    cluster.traffic(5_000, 0, 0);
    cluster.time.pass(5_000);
    assertThat(cluster.admitted.size()).isEqualTo(1_000);
  }

  @Property(tries = 30)
  void aKilledNodeCostsItsLeaseAtMost(@ForAll long seed) {
    SimulatedCluster cluster = cluster(seed, REQUESTS);
    cluster.traffic(10_000, 0, 0);
    cluster.time.pass(100);
    cluster.kill(cluster.random.nextInt(3));
    cluster.time.pass(8_000);
    assertThat(cluster.admitted.size()).isBetween(1_000 - 1_000 / 3, 1_000);
    for (SimulatedCluster.Node node : cluster.nodes) {
      assertThat(node.request(false, 1)).isEqualTo(DecisionReason.REQUEST_LIMIT);
    }
  }

  @Property(tries = 30)
  void aNodeThatStoodStillGivesUpNothing(@ForAll long seed) {
    SimulatedCluster cluster = cluster(seed, REQUESTS);
    cluster.store.lose(cluster.random.nextInt(40));
    cluster.traffic(500, 0, 0);
    cluster.time.pass(cluster.random.nextInt(100));
    cluster.nodes.get(2).timing.pause(12_000);
    cluster.traffic(3_000, 0, 0);
    cluster.time.pass(12_000);
    assertThat(cluster.admitted.size()).isLessThanOrEqualTo(1_000);
    cluster.store.lose(0);
    cluster.traffic(6_000, 0, 0);
    cluster.time.pass(6_000);
    assertThat(cluster.admitted.size()).isEqualTo(1_000);
  }

  @Property(tries = 30)
  void aNodeThatLeavesReturnsItsLeaseThoughAnswersAreLost(@ForAll long seed) {
    SimulatedCluster cluster = cluster(seed, REQUESTS);
    cluster.traffic(1_000, 0, 0);
    cluster.time.pass(100);
    cluster.store.lose(30);
    cluster.leave(0);
    cluster.time.pass(5_000);
    cluster.store.lose(0);
    cluster.traffic(8_000, 0, 0);
    cluster.time.pass(6_000);
    assertThat(cluster.admitted.size()).isEqualTo(1_000);
  }

  @Property(tries = 30)
  void oneNodeGetsWhatIdleNodesDoNotNeed(@ForAll long seed) {
    SimulatedCluster cluster = cluster(seed, REQUESTS);
    SimulatedCluster.Node busy = cluster.nodes.get(0);
    for (int i = 0; i < 20_000; i++) {
      cluster.time.afterMicros(i * 200, () -> busy.request(false, 1));
    }
    cluster.time.pass(5_000);
    assertThat(cluster.admitted.size()).isEqualTo(1_000);
  }

  @Property(tries = 30)
  void errorsWithXCanaryCountAndNeverMakeRoom(@ForAll long seed) {
    SimulatedCluster cluster = cluster(seed, ERRORS);
    cluster.traffic(8_000, 5, 10);
    cluster.time.pass(4_000);
    cluster.traffic(4_000, 50, 10);
    cluster.time.pass(5_000);
    assertThat(cluster.failed.size()).isLessThanOrEqualTo(60);
    for (SimulatedCluster.Node node : cluster.nodes) {
      assertThat(node.request(true, 1)).isEqualTo(DecisionReason.ERROR_LIMIT);
    }
  }

  @Property(tries = 30)
  void aLoweredLimitHoldsAtOnce(@ForAll long seed) {
    SimulatedCluster cluster = cluster(seed, new BreakerLimits(2_000, 400));
    cluster.traffic(8_000, 10, 0);
    cluster.time.pass(150);
    int failedBefore = cluster.failed.size();
    int before = cluster.admitted.size();
    cluster.use(new BreakerLimits(1_000, 20), FOREVER);
    cluster.time.pass(8_000);
    assertThat(cluster.admitted.size()).isLessThanOrEqualTo(Math.max(before, 1_000));
    // Requests that ran on canary when the limit fell may still fail.
    assertThat(cluster.failed.size()).isLessThanOrEqualTo(Math.max(failedBefore + 100, 20));
    cluster.use(new BreakerLimits(3_000, 0), FOREVER);
    cluster.traffic(8_000, 0, 0);
    cluster.time.pass(8_000);
    assertThat(cluster.admitted.size()).isEqualTo(3_000);
  }

  @Property(tries = 30)
  void anotherGenerationStartsAnewOnAllNodes(@ForAll long seed) {
    SimulatedCluster cluster = cluster(seed, new BreakerLimits(100, 0));
    cluster.traffic(1_000, 0, 0);
    cluster.time.pass(2_000);
    assertThat(cluster.admitted.size()).isEqualTo(100);
    for (SimulatedCluster.Node node : cluster.nodes) {
      node.keeper.use(new BreakerLimits(100, 0), FOREVER, "another");
      assertThat(node.request(false, 1)).isEqualTo(DecisionReason.NOT_LEASED);
    }
    cluster.time.pass(15); // A write takes up to 4 ms, and the last node may need three.
    for (SimulatedCluster.Node node : cluster.nodes) {
      assertThat(node.breaker.counts().requests().unused()).isPositive();
    }
    cluster.traffic(1_000, 0, 0);
    cluster.time.pass(2_000);
    assertThat(cluster.admitted.size()).isEqualTo(200);
  }

  @Test
  void aNodeThatStartsAgainFindsTheCounts() {
    SimulatedCluster cluster = cluster(2, new BreakerLimits(100, 0));
    cluster.traffic(1_000, 0, 0);
    cluster.time.pass(2_000);
    for (int i = 0; i < 3; i++) {
      cluster.leave(0);
    }
    cluster.time.pass(2_000);
    SimulatedCluster.Node later = cluster.new Node();
    cluster.time.pass(500);
    assertThat(later.request(false, 1)).isEqualTo(DecisionReason.REQUEST_LIMIT);
    assertThat(cluster.admitted.size()).isEqualTo(100);
  }

  @Test
  void withoutTheStoreNodesServeWhatTheyHold() {
    SimulatedCluster cluster = cluster(3, REQUESTS);
    cluster.store.lose(100);
    SimulatedCluster.Node node = cluster.nodes.get(0);
    int served = 0;
    while (node.request(false, 1) == null) {
      served++;
    }
    assertThat(served).isBetween(50, 334);
    cluster.time.pass(3_000);
    assertThat(node.request(false, 1)).isEqualTo(DecisionReason.NOT_LEASED);
    assertThat(node.keeper.trouble()).contains("simulated", "lost");
    cluster.store.lose(0);
    cluster.time.pass(3_000);
    assertThat(node.request(false, 1)).isNull();
    assertThat(node.keeper.trouble()).isEmpty();
  }

  @Test
  void aDeletedStateStartsTheCountsAnew() {
    SimulatedCluster cluster = cluster(4, new BreakerLimits(100, 0));
    cluster.traffic(1_000, 0, 0);
    cluster.time.pass(2_000);
    cluster.store.delete(SimulatedCluster.KEY);
    cluster.time.pass(1_000);
    cluster.traffic(1_000, 0, 0);
    cluster.time.pass(2_000);
    assertThat(cluster.admitted.size()).isEqualTo(200);
  }

  @Property(tries = 30)
  void aLimitWithAWindowHoldsInEachWindow(@ForAll long seed) {
    Duration window = Duration.ofSeconds(2);
    SimulatedCluster cluster = new SimulatedCluster(seed, new BreakerLimits(200, 30), window);
    cluster.time.pass(500);
    cluster.store.lose(cluster.random.nextInt(30));
    for (int i = 0; i < 5; i++) {
      cluster.traffic(5_000, 3, 0);
      cluster.time.pass(cluster.random.nextInt(1_500));
      if (cluster.random.nextInt(3) == 0) {
        cluster.kill(0);
        cluster.nodes.add(cluster.new Node());
      }
    }
    cluster.store.lose(0);
    cluster.time.pass(3_000);
    assertThat(SimulatedCluster.most(cluster.admitted, window)).isLessThanOrEqualTo(200);
    assertThat(SimulatedCluster.most(cluster.failed, window)).isLessThanOrEqualTo(30);
  }

  @Property(tries = 20)
  void withAWindowRoomComesBack(@ForAll long seed) {
    Duration window = Duration.ofSeconds(2);
    SimulatedCluster cluster = new SimulatedCluster(seed, new BreakerLimits(200, 0), window);
    cluster.time.pass(500);
    cluster.traffic(60_000, 0, 0);
    cluster.time.pass(12_000);
    assertThat(SimulatedCluster.most(cluster.admitted, window)).isLessThanOrEqualTo(200);
    assertThat(cluster.admitted.size()).isBetween(900, 1_200);
  }

  @Test
  void withAWindowTheLeaseOfAKilledNodeComesBackInTheEnd() {
    Duration window = Duration.ofSeconds(10);
    SimulatedCluster cluster = new SimulatedCluster(5, new BreakerLimits(200, 0), window);
    cluster.time.pass(500);
    for (int i = 0; i < 3; i++) {
      cluster.kill(0);
    }
    cluster.nodes.add(cluster.new Node());
    cluster.traffic(2_000, 0, 0);
    cluster.time.pass(3_000);
    int before = cluster.admitted.size();
    assertThat(before).isLessThan(200);
    cluster.time.pass(90_000);
    cluster.traffic(2_000, 0, 0);
    cluster.time.pass(3_000);
    assertThat(cluster.admitted.size() - before).isEqualTo(200);
  }
}
