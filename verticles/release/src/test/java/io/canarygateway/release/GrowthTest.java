package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.judge.LatencyBounds;
import io.canarygateway.judge.WeightCounts;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrowthTest {

  private static final List<Long> NO_SLOW = Collections.nCopies(LatencyBounds.COUNT, 0L);

  private static List<WeightCounts> counts(long clients, long onCanary, long failed) {
    return List.of(new WeightCounts(0.5, 0, clients, onCanary, 0, failed, 0, NO_SLOW, NO_SLOW));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 1, 0, 0, true",
    "100, 100, 5, 100, 100, 6, true",
    "1000, 1000, 640, 1000, 1000, 660, false",
    "1000, 1000, 640, 1000, 1000, 661, true",
    "1000, 1000, 0, 1031, 1031, 0, false",
    "1000, 1000, 0, 1032, 1000, 0, true",
    "1000, 1000, 0, 1000, 1032, 0, true"
  })
  void aThirtySecondIsWorthAWrite(
      long clients,
      long onCanary,
      long failed,
      long then,
      long thenOnCanary,
      long thenFailed,
      boolean worth) {
    assertThat(
            Growth.isWorthAWrite(
                counts(clients, onCanary, failed), counts(then, thenOnCanary, thenFailed)))
        .isEqualTo(worth);
  }

  @Test
  void nothingNewIsWorthNothing() {
    assertThat(Growth.isWorthAWrite(counts(5, 5, 5), counts(5, 5, 5))).isFalse();
  }
}
