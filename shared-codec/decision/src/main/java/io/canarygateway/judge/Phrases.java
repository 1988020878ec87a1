package io.canarygateway.judge;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers and times as people write them. */
final class Phrases {

  private static final MathContext ROUGH = new MathContext(2);
  private static final MathContext FINE = new MathContext(3);

  private Phrases() {}

  /** Such as {@code 2,345}. */
  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Such as {@code about 2,300}; numbers below 100 are exact. */
  static String about(long value) {
    return value < 100
        ? number(value)
        : "about " + number(BigDecimal.valueOf(value).round(ROUGH).longValue());
  }

  /** Such as {@code 0.1 %}. */
  static String percent(double share) {
    return BigDecimal.valueOf(share)
            .movePointRight(2)
            .round(FINE)
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }

  /** Such as {@code 14 minutes}; rounded up, in the unit that fits. */
  static String time(double seconds) {
    if (seconds <= 90) {
      return unit(seconds, "second");
    }
    if (seconds <= 90 * 60) {
      return unit(seconds / 60, "minute");
    }
    if (seconds <= 36 * 3_600) {
      return unit(seconds / 3_600, "hour");
    }
    return unit(seconds / 86_400, "day");
  }

  private static String unit(double value, String unit) {
    long count = Math.max(1, (long) Math.ceil(value));
    return number(count) + " " + unit + (count == 1 ? "" : "s");
  }
}
