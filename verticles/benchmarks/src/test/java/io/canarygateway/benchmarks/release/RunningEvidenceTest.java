package io.canarygateway.benchmarks.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.JudgeSettings;
import io.canarygateway.judge.LatencyBounds;
import io.canarygateway.judge.WeightCounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simulations' evidence is the gateway's. */
class RunningEvidenceTest {

  private static final double PRECISION = 1e-9;

  private double weight;
  private long clients;
  private long canaryFailed;
  private long mainFailed;
  private List<Long> canarySlow = none();
  private List<Long> mainSlow = none();
  private final List<WeightCounts> earlier = new ArrayList<>();

  private static List<Long> none() {
    return new ArrayList<>(Collections.nCopies(LatencyBounds.COUNT, 0L));
  }

  private WeightCounts counts() {
    return new WeightCounts(
        weight, clients, 0, clients, canaryFailed, canaryFailed, mainFailed, canarySlow, mainSlow);
  }

  private List<WeightCounts> all() {
    List<WeightCounts> all = new ArrayList<>(earlier);
    all.add(counts());
    return all;
  }

  private void begin(double share) {
    if (weight > 0) {
      earlier.add(counts());
    }
    weight = share;
    clients = 0;
    canaryFailed = 0;
    mainFailed = 0;
    canarySlow = none();
    mainSlow = none();
  }

  private void count(boolean canary, boolean failed, int exceeded) {
    List<Long> slow = canary ? canarySlow : mainSlow;
    for (int i = 0; i < exceeded; i++) {
      slow.set(i, slow.get(i) + 1);
    }
    clients += canary ? 1 : 0;
    canaryFailed += canary && failed ? 1 : 0;
    mainFailed += !canary && failed ? 1 : 0;
  }

  @Test
  void theRunningEvidenceIsThatOfTheCounts() {
    Service main = Service.lognormal(0.02, 40, 0.8);
    Service canary = Service.lognormal(0.05, 60, 1);
    for (double acceptable : new double[] {0.001, 0.06}) {
      earlier.clear();
      weight = 0;
      Draws draws = new Draws("equal", 1);
      JudgeSettings judge = new JudgeSettings(1.5, 0.001, 0.01, acceptable);
      RunningEvidence running = new RunningEvidence(judge, 0.1);
      for (double share : new double[] {0.1, 0.01, 0.5}) {
        begin(share);
        running.share(share);
        for (int i = 0; i < 500; i++) {
          boolean onCanary = draws.with(share);
          Service service = onCanary ? canary : main;
          boolean failed = draws.with(service.failing());
          int exceeded = service.exceeded(draws);
          running.client(onCanary, failed, exceeded);
          count(onCanary, failed, exceeded);
          assertSame(running, Evidence.of(all(), judge), judge);
        }
      }
    }
  }

  private static void assertSame(RunningEvidence running, Evidence evidence, JudgeSettings judge) {
    assertThat(running.revert()).isCloseTo(evidence.revert(), within(PRECISION));
    assertThat(running.pass()).isCloseTo(evidence.pass(), within(PRECISION));
    assertThat(running.absolute()).isCloseTo(evidence.absolute(), within(PRECISION));
    assertThat(running.reverts()).isEqualTo(evidence.reverts(judge));
    assertThat(running.passes()).isEqualTo(evidence.passes(judge));
    double least = 2;
    double quick = running.revert(least);
    if (evidence.revert() >= least) {
      assertThat(quick).isCloseTo(evidence.revert(), within(PRECISION));
    } else {
      assertThat(quick).isLessThan(least);
    }
  }

  @Test
  void goodClientsOnCanaryCountAsOneByOne() {
    RunningEvidence together = new RunningEvidence(JudgeSettings.DEFAULT, 0.1);
    RunningEvidence single = new RunningEvidence(JudgeSettings.DEFAULT, 0.1);
    together.goodOnCanary(7_000);
    for (int i = 0; i < 7_000; i++) {
      single.client(true, false, 0);
    }
    assertThat(together.absolute()).isEqualTo(single.absolute());
    assertThat(together.passes()).isTrue();
  }
}
