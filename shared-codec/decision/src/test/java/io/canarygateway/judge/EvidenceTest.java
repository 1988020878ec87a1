package io.canarygateway.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers to check an implementation by, computed by other means. */
class EvidenceTest {

  private static JudgeSettings tolerating(double tolerance) {
    return new JudgeSettings(tolerance, 0.001, 0.01, 0.001);
  }

  private static Evidence of(double tolerance, WeightCounts... counts) {
    return Evidence.of(List.of(counts), tolerating(tolerance));
  }

  @ParameterizedTest
  @CsvSource({
    "1,   0.1,  5,  0,  6.855015",
    "1,   0.1,  8,  2, 10.478878",
    "1,   0.1, 10, 90, -2.275878",
    "1.5, 0.1,  8, 10,  3.914487"
  })
  void failures(double tolerance, double weight, long canary, long main, double expected) {
    assertThat(of(tolerance, TestCounts.failing(weight, canary, main)).failures())
        .isCloseTo(expected, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"0.01, 4", "0.1, 6", "0.5, 14"})
  void soManyFailuresRevertWhileMainHasNone(double weight, long expected) {
    double bound = Math.log(1000);
    assertThat(of(1, TestCounts.failing(weight, expected, 0)).failures())
        .isGreaterThanOrEqualTo(bound);
    assertThat(of(1, TestCounts.failing(weight, expected - 1, 0)).failures()).isLessThan(bound);
  }

  @ParameterizedTest
  @CsvSource({"0.1, 0, 30, 3.2877", "0.5, 30, 40, 3.1189"})
  void pass(double weight, long canary, long main, double expected) {
    assertThat(of(1.5, TestCounts.failing(weight, canary, main)).pass())
        .isCloseTo(expected, within(5e-5));
  }

  @Test
  void absolute() {
    Evidence evidence =
        Evidence.of(
            List.of(TestCounts.onCanary(0.1, 700, 0)), new JudgeSettings(1.5, 0.001, 0.01, 0.01));
    assertThat(evidence.absolute()).isCloseTo(5.6786, within(5e-5));
  }

  @Test
  void ratio() {
    assertThat(of(1.5, TestCounts.fresh(0.5, 20, 5)).ratio()).isCloseTo(0.797392, within(1e-6));
  }

  @Test
  void nothingCountedIsNoEvidence() {
    assertThat(of(1.5))
        .usingRecursiveComparison()
        .withComparatorForType((one, other) -> Math.abs(one - other) < 1e-12 ? 0 : 1, Double.class)
        .isEqualTo(new Evidence(0, 0, 0, 0, 0, 0));
    assertThat(of(1.5).reverts(JudgeSettings.DEFAULT)).isFalse();
    assertThat(of(1.5).passes(JudgeSettings.DEFAULT)).isFalse();
    assertThat(of(1.5).holds()).isFalse();
  }

  @Test
  void latencyIsTheMeanOverTheBounds() {
    double failures = of(1.5, TestCounts.failing(0.1, 8, 10)).failures();
    assertThat(of(1.5, TestCounts.slow(0.1, 8, 10)).latency()).isCloseTo(failures, within(1e-9));
  }

  @Test
  void failuresCountTwiceAsMuchAsLatency() {
    Evidence evidence = of(1.5, TestCounts.failing(0.1, 8, 10), TestCounts.slow(0.1, 9, 2));
    assertThat(Math.exp(evidence.revert()))
        .isCloseTo(
            (2 * Math.exp(evidence.failures()) + Math.exp(evidence.latency())) / 3, within(1e-6));
  }

  @Test
  void failuresRevertNothingWhileTheRateOfCanaryIsAcceptable() {
    WeightCounts failures = TestCounts.failing(0.01, 20, 0);
    Evidence at = of(1.5, failures, TestCounts.onCanary(0.01, 20_000, 0));
    assertThat(at.failures()).isGreaterThan(Math.log(1000));
    assertThat(at.revert()).isCloseTo(0, within(1e-9));
    assertThat(at.reverts(JudgeSettings.DEFAULT)).isFalse();
    Evidence above = of(1.5, failures, TestCounts.onCanary(0.01, 19_999, 0));
    assertThat(above.reverts(JudgeSettings.DEFAULT)).isTrue();
  }

  @Test
  void partsOfOneStepAreTheSameEvidence() {
    Evidence parts = of(1.5, TestCounts.failing(0.1, 3, 4), TestCounts.failing(0.1, 5, 6));
    assertThat(parts.failures())
        .isCloseTo(of(1.5, TestCounts.failing(0.1, 8, 10)).failures(), within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void sharesThatCompareNothingAreNoEvidence(double weight) {
    WeightCounts counts =
        new WeightCounts(weight, 50, 3, 50, 9, 9, 1, TestCounts.slow(7), TestCounts.slow(1));
    assertThat(of(1.5, counts))
        .returns(0.0, each -> Math.rint(each.failures() * 1e9))
        .returns(0.0, each -> Math.rint(each.latency() * 1e9))
        .returns(0.0, each -> Math.rint(each.pass() * 1e9))
        .returns(0.0, Evidence::ratio);
  }

  @Test
  void aMillionClientsOverflowNothing() {
    Evidence evidence =
        of(
            1.5,
            new WeightCounts(
                0.5,
                1_000_000,
                2_000_000,
                1_000_000,
                500_000,
                500_000,
                1_000,
                TestCounts.slow(900_000),
                TestCounts.slow(1_000)));
    assertThat(
            List.of(
                evidence.revert(),
                evidence.failures(),
                evidence.latency(),
                evidence.pass(),
                evidence.absolute(),
                evidence.ratio()))
        .allMatch(Double::isFinite);
    assertThat(evidence.reverts(JudgeSettings.DEFAULT)).isTrue();
    assertThat(evidence.passes(JudgeSettings.DEFAULT)).isFalse();
    assertThat(evidence.holds()).isTrue();
  }
}
