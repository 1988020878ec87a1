package io.canarygateway.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds for all counts. */
class EvidencePropertyTest {

  private static final double ALPHA = 0.05;

  @Provide
  Arbitrary<List<WeightCounts>> counts() {
    Arbitrary<Long> few = Arbitraries.longs().between(0, 200);
    Arbitrary<List<Long>> slow = few.list().ofSize(LatencyBounds.COUNT);
    return Combinators.combine(
            Arbitraries.of(0.001, 0.01, 0.1, 0.25, 0.5, 0.9), few, few, few, few, few, slow, slow)
        .as(
            (weight, fresh, main, failed, canaryFailed, mainFailed, canarySlow, mainSlow) ->
                new WeightCounts(
                    weight,
                    fresh,
                    main,
                    fresh * 10 + failed,
                    failed,
                    canaryFailed,
                    mainFailed,
                    canarySlow,
                    mainSlow))
        .list()
        .ofMaxSize(3);
  }

  @Property(tries = 200)
  void isThatOfTheFormulas(
      @ForAll("counts") List<WeightCounts> counts,
      @ForAll @Scale(4) @DoubleRange(min = 0.5, max = 5) double tolerance,
      @ForAll @Scale(4) @DoubleRange(min = 1e-4, max = 0.5) double acceptable) {
    JudgeSettings settings = new JudgeSettings(tolerance, 0.001, 0.01, acceptable);
    Evidence evidence = Evidence.of(counts, settings);
    Evidence expected = ReferenceEvidence.of(counts, settings);
    List<ToDoubleFunction<Evidence>> all =
        List.of(
            Evidence::revert,
            Evidence::failures,
            Evidence::latency,
            Evidence::pass,
            Evidence::absolute,
            Evidence::ratio);
    for (ToDoubleFunction<Evidence> each : all) {
      assertThat(each.applyAsDouble(evidence))
          .isCloseTo(each.applyAsDouble(expected), within(1e-9));
    }
  }

  @Property
  void isMonotoneInTheFailuresOfEachArm(
      @ForAll @IntRange(max = 300) int canary,
      @ForAll @IntRange(max = 300) int main,
      @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.999) double weight) {
    Evidence at = failing(weight, canary, main);
    Evidence worse = failing(weight, canary + 1, main);
    Evidence better = failing(weight, canary, main + 1);
    assertThat(worse.failures()).isGreaterThan(at.failures());
    assertThat(worse.pass()).isLessThan(at.pass());
    assertThat(better.failures()).isLessThan(at.failures());
    assertThat(better.pass()).isGreaterThan(at.pass());
    assertThat(onCanary(canary + main + 1, canary).absolute())
        .isGreaterThan(onCanary(canary + main, canary).absolute());
    assertThat(onCanary(canary + main + 1, canary + 1).absolute())
        .isLessThan(onCanary(canary + main, canary).absolute());
  }

  private static Evidence failing(double weight, long canary, long main) {
    return Evidence.of(List.of(TestCounts.failing(weight, canary, main)), JudgeSettings.DEFAULT);
  }

  private static Evidence onCanary(long clients, long failed) {
    return Evidence.of(List.of(TestCounts.onCanary(0.1, clients, failed)), JudgeSettings.DEFAULT);
  }

  /** The mean over all outcomes is at most 1, if what is to be refuted is true. */
  @Property(tries = 200)
  void isFairOnTheMean(
      @ForAll @IntRange(min = 1, max = 40) int clients,
      @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.999) double weight,
      @ForAll @Scale(4) @DoubleRange(min = 0, max = 1) double below) {
    double tolerance = JudgeSettings.DEFAULT.tolerance();
    double acceptable = JudgeSettings.DEFAULT.acceptable();
    double fewer = share(weight, tolerance * below);
    assertThat(mean(clients, fewer, c -> failing(weight, c, clients - c).failures()))
        .isLessThanOrEqualTo(1 + 1e-9);
    double more = share(weight, tolerance / Math.max(below, 1e-6));
    assertThat(mean(clients, more, c -> failing(weight, c, clients - c).pass()))
        .isLessThanOrEqualTo(1 + 1e-9);
    double rate = acceptable + (1 - acceptable) * below;
    assertThat(mean(clients, rate, c -> onCanary(clients, c).absolute()))
        .isLessThanOrEqualTo(1 + 1e-9);
  }

  @Property(tries = 200)
  void isExactlyFairOnTheBorder(
      @ForAll @IntRange(min = 1, max = 40) int clients,
      @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.999) double weight) {
    double border = share(weight, JudgeSettings.DEFAULT.tolerance());
    assertThat(mean(clients, border, c -> failing(weight, c, clients - c).failures()))
        .isCloseTo(1, within(1e-9));
    assertThat(mean(clients, border, c -> failing(weight, c, clients - c).pass()))
        .isCloseTo(1, within(1e-9));
    assertThat(
            mean(clients, JudgeSettings.DEFAULT.acceptable(), c -> onCanary(clients, c).absolute()))
        .isCloseTo(1, within(1e-9));
    assertThat(
            mean(
                clients,
                weight,
                c ->
                    Evidence.of(
                            List.of(TestCounts.fresh(weight, c, clients - c)),
                            JudgeSettings.DEFAULT)
                        .ratio()))
        .isCloseTo(1, within(1e-9));
  }

  /** Canary's share of failing clients if it fails this many times as often as main. */
  private static double share(double weight, double times) {
    return weight * times / (1 - weight + weight * times);
  }

  /** The mean of e^(log of canary's count) over the binomial distribution. */
  private static double mean(int clients, double chance, ToDoubleFunction<Integer> log) {
    List<Double> chances = new ArrayList<>(List.of(1.0));
    for (int i = 0; i < clients; i++) {
      List<Double> next = new ArrayList<>();
      for (int c = 0; c <= i + 1; c++) {
        next.add(
            (c <= i ? chances.get(c) * (1 - chance) : 0)
                + (c > 0 ? chances.get(c - 1) * chance : 0));
      }
      chances = next;
    }
    double mean = 0;
    for (int c = 0; c <= clients; c++) {
      mean += chances.get(c) * Math.exp(log.applyAsDouble(c));
    }
    return mean;
  }

  /** All paths of 200 failing clients are followed, and those that were ever reverted summed. */
  @ParameterizedTest
  @CsvSource({"0.01", "0.1", "0.5"})
  void lookingAfterEachClientRevertsNotMoreOftenThanPromised(double weight) {
    double chance = share(weight, JudgeSettings.DEFAULT.tolerance());
    int most = 200;
    double[] running = new double[most + 1];
    running[0] = 1;
    double reverted = 0;
    for (int n = 1; n <= most; n++) {
      for (int c = n; c >= 0; c--) {
        running[c] =
            (c < n ? running[c] * (1 - chance) : 0) + (c > 0 ? running[c - 1] * chance : 0);
        if (failing(weight, c, n - c).failures() >= -Math.log(ALPHA)) {
          reverted += running[c];
          running[c] = 0;
        }
      }
    }
    assertThat(reverted).isLessThanOrEqualTo(ALPHA).isGreaterThan(ALPHA / 10);
  }
}
