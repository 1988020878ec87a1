package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteStateTest {

  private static TargetFigures figures(long requests, long errors) {
    return new TargetFigures(60, requests, errors, requests, errors, 0.01, 0.02, List.of());
  }

  private static RouteState state(String release, TargetFigures main, TargetFigures canary) {
    return RouteState.of(true, false, release, main, canary);
  }

  @ParameterizedTest
  @CsvSource({
    "100, 0, 100, 3, FAILING",
    "100, 0, 100, 2, QUIET",
    "1000, 0, 1000, 9, QUIET",
    "0, 0, 100, 3, FAILING",
    "1000, 40, 1000, 60, QUIET",
    "1000, 40, 1000, 61, FAILING",
    "1000, 50, 1000, 0, MAIN_FAILING",
    "10, 2, 1000, 0, QUIET"
  })
  void aTargetFailsByItsErrorsOfTheLastMinute(
      long main, long mainErrors, long canary, long canaryErrors, RouteState expected) {
    assertThat(state("", figures(main, mainErrors), figures(canary, canaryErrors)))
        .isEqualTo(expected);
  }

  @Test
  void whatHasStoppedCanaryIsToldRatherThanThatItFailed() {
    TargetFigures fine = figures(100, 0);
    TargetFigures failing = figures(100, 50);
    assertThat(RouteState.of(false, true, "running", fine, failing)).isEqualTo(RouteState.STOPPED);
    assertThat(RouteState.of(true, true, "running", fine, failing)).isEqualTo(RouteState.TRIPPED);
    assertThat(state("reverted", fine, failing)).isEqualTo(RouteState.REVERTED);
    assertThat(state("unknown", fine, failing)).isEqualTo(RouteState.UNKNOWN);
    assertThat(state("running", fine, failing)).isEqualTo(RouteState.FAILING);
    assertThat(RouteState.of(false, false, "", failing, fine)).isEqualTo(RouteState.MAIN_FAILING);
  }

  @ParameterizedTest
  @CsvSource({
    "held, HELD",
    "paused, PAUSED",
    "running, RUNNING",
    "promoted, PROMOTED",
    "'', QUIET"
  })
  void aReleaseIsToldIfNothingIsWrong(String release, RouteState expected) {
    assertThat(state(release, figures(100, 0), figures(100, 0))).isEqualTo(expected);
  }
}
