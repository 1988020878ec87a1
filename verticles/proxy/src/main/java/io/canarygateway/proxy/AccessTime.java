package io.canarygateway.proxy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * The times of the access log. The clock is read once a second, and the text of a second is made
 * once, as long as lines are of the same second. Confined to one event loop.
 */
final class AccessTime {

  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter COMMON =
      DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss +0000", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static final long NANOS_PER_MS = 1_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int MS_PER_SECOND = 1_000;

  private final LongSupplier clock;
  private final LongSupplier nanoClock;

  /** The time by both clocks when they were read last. */
  private long readMs;

  private long readNanos;
  private boolean read;
  private long second = Long.MIN_VALUE;
  private byte[] iso = {};
  private byte[] common = {};

  /**
   * Times by two clocks.
   *
   * @param clock as {@link System#currentTimeMillis}
   * @param nanoClock as {@link System#nanoTime}
   */
  AccessTime(LongSupplier clock, LongSupplier nanoClock) {
    this.clock = clock;
    this.nanoClock = nanoClock;
  }

  /**
   * Writes a time, as in {@code 2026-01-31T12:00:00.123Z}.
   *
   * @param nanos the time by the second clock
   */
  void iso(LineBuffer to, long nanos) {
    long time = at(nanos);
    to.bytes(iso).threeDigits(Math.floorMod(time, MS_PER_SECOND)).text("Z");
  }

  /**
   * Writes a time, as in {@code 31/Jan/2026:12:00:00 +0000}.
   *
   * @param nanos the time by the second clock
   */
  void common(LineBuffer to, long nanos) {
    at(nanos);
    to.bytes(common);
  }

  /**
   * A time in milliseconds since 1970. The clock is read again for a time that is more than a
   * second after the last reading.
   */
  private long at(long nanos) {
    if (!read || nanos - readNanos > NANOS_PER_SECOND) {
      readMs = clock.getAsLong();
      readNanos = nanoClock.getAsLong();
      read = true;
    }
    long time = readMs + Math.floorDiv(nanos - readNanos, NANOS_PER_MS);
    use(time);
    return time;
  }

  private void use(long time) {
    long now = Math.floorDiv(time, (long) MS_PER_SECOND);
    if (now != second) {
      second = now;
      Instant instant = Instant.ofEpochSecond(now);
      iso = ISO.format(instant).getBytes(StandardCharsets.US_ASCII);
      common = COMMON.format(instant).getBytes(StandardCharsets.US_ASCII);
    }
  }
}
