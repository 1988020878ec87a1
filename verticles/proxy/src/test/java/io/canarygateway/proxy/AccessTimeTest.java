package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The times of the access log. */
class AccessTimeTest {

  private static final long START = Instant.parse("2026-01-31T12:00:00.900Z").toEpochMilli();

  private final AtomicInteger readings = new AtomicInteger();
  private long millis = START;
  private long nanos = Long.MAX_VALUE - 1; // The JVM's clock may wrap around.

  private final AccessTime time =
      new AccessTime(
          () -> {
            readings.incrementAndGet();
            return millis;
          },
          () -> nanos);

  private void pass(Duration duration) {
    millis += duration.toMillis();
    nanos += duration.toNanos();
  }

  private String iso(Duration ago) {
    LineBuffer line = new LineBuffer();
    time.iso(line, nanos - ago.toNanos());
    return text(line);
  }

  private static String text(LineBuffer line) {
    return new String(line.array(), 0, line.length(), StandardCharsets.US_ASCII);
  }

  @Test
  void aTimeHasMillisecondsAndTheSecondThatItIsOf() {
    assertThat(iso(Duration.ZERO)).isEqualTo("2026-01-31T12:00:00.900Z");
    pass(Duration.ofMillis(101));
    assertThat(iso(Duration.ZERO)).isEqualTo("2026-01-31T12:00:01.001Z");
    assertThat(iso(Duration.ofMillis(102))).isEqualTo("2026-01-31T12:00:00.899Z");
    assertThat(iso(Duration.ofHours(13))).isEqualTo("2026-01-30T23:00:01.001Z");
  }

  @Test
  void aWebServersTimeHasSeconds() {
    LineBuffer line = new LineBuffer();
    time.common(line, nanos);
    assertThat(text(line)).isEqualTo("31/Jan/2026:12:00:00 +0000");
  }

  @Test
  void theClockIsReadOnceASecondSoThatItsCorrectionsAreSeen() {
    iso(Duration.ZERO);
    pass(Duration.ofMillis(900));
    millis += 5_000;
    assertThat(iso(Duration.ZERO)).isEqualTo("2026-01-31T12:00:01.800Z");
    pass(Duration.ofMillis(200));
    assertThat(iso(Duration.ZERO)).isEqualTo("2026-01-31T12:00:07.000Z");
    assertThat(readings).hasValue(2);
  }
}
