package io.canarygateway.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

  @ParameterizedTest
  @CsvSource({
    "1h2m3.5s, PT1H2M3.5S",
    "300ms, PT0.3S",
    "1us, PT0.000001S",
    "1µs, PT0.000001S",
    "1.5h, PT1H30M",
    ".5s, PT0.5S",
    "-2m, PT-2M",
    "+7ns, PT0.000000007S",
    "0, PT0S",
    "2562047h47m16.854775807s, PT2562047H47M16.854775807S"
  })
  void readsGoSyntax(String text, Duration expected) {
    assertThat(GoDuration.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1", "s", "1x", "1h 2m", "1.2.3s", "--1s", "-", "2562047h47m16.854775808s"})
  void refusesWhatGoRefuses(String text) {
    assertThatThrownBy(() -> GoDuration.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT1H, 1h0m0s",
    "PT1H2M3.5S, 1h2m3.5s",
    "PT0.0015S, 1.5ms",
    "PT0.0000011S, 1.1µs",
    "PT0.000000007S, 7ns",
    "PT-90S, -1m30s",
    "PT10M, 10m0s"
  })
  void writesAsGoDoes(Duration duration, String expected) {
    assertThat(GoDuration.format(duration)).isEqualTo(expected);
  }

  @Property
  void readsWhatItWrites(@ForAll long nanos) {
    Duration duration = Duration.ofNanos(nanos == Long.MIN_VALUE ? 0 : nanos);
    assertThat(GoDuration.parse(GoDuration.format(duration))).isEqualTo(duration);
  }
}
