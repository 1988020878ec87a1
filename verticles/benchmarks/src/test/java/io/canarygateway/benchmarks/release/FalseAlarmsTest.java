package io.canarygateway.benchmarks.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.canarygateway.judge.JudgeSettings;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * The promise of {@code false-alarm}, on up to 1,000 simulated releases of each kind. The seeds are
 * fixed, so the tests never fail by chance. A number of false alarms is too high if chance makes so
 * many in less than one of 10,000 such tests.
 */
class FalseAlarmsTest {

  private static final int RUNS = 1_000;
  private static final int FEW = 300;
  private static final double ALPHA = 0.05;
  private static final JudgeSettings JUDGE =
      new JudgeSettings(1.5, ALPHA, 0.01, FalseAlarms.NEVER_ACCEPTABLE);

  private static Alarms alarms(double... peaks) {
    return FalseAlarms.alarms(peaks, ALPHA);
  }

  @Test
  void failingClientsRevertAGoodReleaseAtMostAsOftenAsPromised() {
    for (double times : new double[] {1, 1.5}) {
      for (double[] shares : FalseAlarms.SHARES) {
        String name = times + " x at " + Arrays.toString(shares);
        Alarms alarms =
            alarms(
                Sample.of(
                    RUNS,
                    run ->
                        FalseAlarms.peak(new Draws(name, run), JUDGE, 0.01, times, shares, 1_000)));
        assertThat(alarms.refutes(ALPHA)).as(name + ": " + alarms).isFalse();
      }
    }
  }

  @Test
  void slowClientsRevertAGoodReleaseAtMostAsOftenAsPromised() {
    Service main = Service.lognormal(0.05, 40, 0.8);
    for (double[] shares : FalseAlarms.SHARES) {
      String name = "slow at " + Arrays.toString(shares);
      Alarms alarms =
          alarms(
              Sample.of(
                  FEW,
                  run ->
                      FalseAlarms.peak(
                          new Draws(name, run), JUDGE, main, main.times(1.5), shares, 500)));
      assertThat(alarms.refutes(ALPHA)).as(name + ": " + alarms).isFalse();
    }
  }

  @Test
  void clientsThatComeAgainRevertAGoodReleaseAtMostAsOftenAsPromised() {
    double[] reverted =
        Sample.of(FEW, run -> ReturningClients.reverts(new Draws("again", run), false) ? 1 : 0);
    Alarms alarms = new Alarms((long) Arrays.stream(reverted).sum(), FEW);
    assertThat(alarms.refutes(ALPHA)).as(alarms.toString()).isFalse();
  }

  @Test
  void slowFailuresRevertAGoodReleaseAtMostAsOftenAsPromised() {
    SlowFailures.Arm main = new SlowFailures.Arm(0.2, 5);
    SlowFailures.Arm canary = new SlowFailures.Arm(0.2, 0.01);
    double[] seconds =
        Sample.of(
            FEW,
            run -> SlowFailures.inOrder(new Draws("slow", run), main, canary, 0.5, 4, 15, ALPHA));
    Alarms alarms =
        new Alarms(Arrays.stream(seconds).filter(Double::isFinite).count(), seconds.length);
    assertThat(alarms.refutes(ALPHA)).as(alarms.toString()).isFalse();
  }

  @Test
  void theIntervalsAreExact() {
    assertThat(new Alarms(0, 10).upper()).isCloseTo(0.30850, within(1e-4));
    assertThat(new Alarms(3, 10).lower()).isCloseTo(0.06674, within(1e-4));
    assertThat(new Alarms(3, 10).upper()).isCloseTo(0.65245, within(1e-4));
    assertThat(new Alarms(2, 3).chanceOfSoMany(0.5)).isCloseTo(0.5, within(1e-9));
    assertThat(new Alarms(90, 1_000).refutes(ALPHA)).isTrue();
    assertThat(new Alarms(65, 1_000).refutes(ALPHA)).isFalse();
  }
}
