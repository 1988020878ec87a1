package io.canarygateway.proxy;

import io.netty.handler.codec.DateFormatter;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.function.LongSupplier;

/**
 * The {@code Date} header line of the current second, made once a second. Confined to one event
 * loop.
 */
final class DateLine {

  private static final long SECOND_MS = 1_000;

  private final LongSupplier clock;
  private long second = -1;
  private byte[] line = {};

  /**
   * A line that is made from a clock.
   *
   * @param clock as {@link System#currentTimeMillis}
   */
  DateLine(LongSupplier clock) {
    this.clock = clock;
  }

  /** The whole line with its line end. */
  byte[] line() {
    long now = clock.getAsLong() / SECOND_MS;
    if (now != second) {
      second = now;
      String date = DateFormatter.format(new Date(now * SECOND_MS));
      line = ("Date: " + date + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
    return line;
  }
}
