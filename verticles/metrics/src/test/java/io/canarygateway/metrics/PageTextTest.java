package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageTextTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 %",
    "0.00001, < 0.01 %",
    "0.0002, 0.02 %",
    "0.031, 3.1 %",
    "0.5, 50 %",
    "1, 100 %",
    "NaN, –"
  })
  void aPartHasTwoDigits(double part, String text) {
    assertThat(PageText.percent(part)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0.1, 10 %", "0.005, 0.5 %", "1, 100 %", "0, 0 %", "0.12345, 12.345 %"})
  void aShareHasAllItsDigits(double share, String text) {
    assertThat(PageText.share(share)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0|0/s", "4.56|4.6/s", "42.4|42/s", "1234.5|1,235/s", "0.04|0.04/s"})
  void aRateHasItsUnit(double rate, String text) {
    assertThat(PageText.perSecond(rate)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0.0042, 4.2 ms", "0.042, 42 ms", "0.42, 420 ms", "1.25, 1.3 s", "NaN, –"})
  void aTimeHasTheUnitThatFits(double seconds, String text) {
    assertThat(PageText.millis(seconds)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-Infinity|0 : 1",
        "NaN|0 : 1",
        "0|1 : 1",
        "-0.5|0.61 : 1",
        "6.9077|1,000 : 1",
        "2|7.4 : 1"
      })
  void evidenceIsOdds(double logarithm, String text) {
    assertThat(PageText.odds(logarithm)).isEqualTo(text);
    assertThat(PageText.odds(Double.POSITIVE_INFINITY)).isEqualTo("over 1,000,000 : 1");
  }

  @Test
  void timesAreInUtc() {
    assertThat(PageText.time(1_000)).isEqualTo("1970-01-01 00:00:01");
    assertThat(PageText.time(0)).isEqualTo("–");
    assertThat(PageText.duration(Duration.ofSeconds(119))).isEqualTo("119 s");
    assertThat(PageText.duration(Duration.ofMinutes(12))).isEqualTo("12 min");
    assertThat(PageText.duration(Duration.ofHours(47))).isEqualTo("47 h");
    assertThat(PageText.duration(Duration.ofDays(3))).isEqualTo("3 days");
  }
}
