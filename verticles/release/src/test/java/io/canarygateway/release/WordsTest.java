package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.ReleaseMode;
import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.LatencyBounds;
import io.canarygateway.judge.WeightCounts;
import io.canarygateway.release.Transitions.Look;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

  private static final List<Long> NONE = Collections.nCopies(LatencyBounds.COUNT, 0L);

  private static Look look(Evidence evidence) {
    return TransitionsTest.look(TransitionsTest.config(ReleaseMode.ACT, 0.05, 1), evidence);
  }

  @ParameterizedTest
  @CsvSource({"0.05,5 %", "0.001,0.1 %", "1,100 %", "0,0 %", "0.3333333333,33.3333 %"})
  void shares(double share, String text) {
    assertThat(Words.percent(share)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0|1.0 : 1", "8.3187|4,100 : 1", "-1|0.4 : 1", "46.1|10^20 : 1", "6.9078|1,000 : 1"})
  void odds(double log, String text) {
    assertThat(Words.odds(log)).isEqualTo(text);
  }

  @Test
  void failuresAreTheReason() {
    List<WeightCounts> counts =
        List.of(new WeightCounts(0.05, 300, 5_900, 310, 9, 9, 2, NONE, NONE));
    assertThat(
            Words.reason(
                Verdict.REVERTED,
                Stage.REVERTED,
                counts,
                look(new Evidence(8.3187, 9, 0, 0, 0, 0))))
        .isEqualTo(
            "9 of 310 canary clients failed, 2 of 5,900 main clients;"
                + " evidence 4,100 : 1 against 1,000");
    assertThat(
            Words.reason(
                Verdict.PASSED, Stage.RUNNING, counts, look(new Evidence(0, 0, 0, 5, 6, 0))))
        .endsWith("evidence 400 : 1 against 100");
  }

  @Test
  void slownessIsTheReason() {
    List<Long> slow = new ArrayList<>(NONE);
    slow.set(10, 40L);
    List<WeightCounts> counts =
        List.of(new WeightCounts(0.05, 300, 5_900, 310, 0, 0, 0, slow, NONE));
    assertThat(
            Words.reason(
                Verdict.REVERTED,
                Stage.REVERTED,
                counts,
                look(new Evidence(8.3187, 0, 9, 0, 0, 0))))
        .startsWith("40 of 310 canary clients waited longer than 30 ms, 0 of 5,900 main clients");
  }

  @Test
  void theSplitIsTheReason() {
    List<WeightCounts> counts =
        List.of(new WeightCounts(0.05, 900, 5_900, 900, 0, 0, 0, NONE, NONE));
    assertThat(
            Words.reason(Verdict.HELD, Stage.HELD, counts, look(new Evidence(0, 0, 0, 0, 0, 20))))
        .startsWith("900 new clients on canary and 5,900 on main: the split is not what was asked");
  }
}
