package io.canarygateway.metrics;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers and times as the page writes them: with units, and with few digits. */
final class PageText {

  /** Stands where there is no value. */
  static final String NONE = "–";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final MathContext TWO_DIGITS = new MathContext(2, RoundingMode.HALF_UP);
  private static final int MINUTE = 60;
  private static final int HOUR = 3_600;
  private static final int DAY = 86_400;
  private static final int SECOND_MS = 1_000;
  private static final int SHARE_DIGITS = 4;

  /** Logarithms of odds beyond this are shown as a bound, since their digits say nothing. */
  private static final double MOST_ODDS = Math.log(1e6);

  private PageText() {}

  /** Such as {@code 1,234}. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Such as {@code 4.6/s}. */
  static String perSecond(double value) {
    return (value == 0 ? "0" : rough(value)) + "/s";
  }

  /** A measured part, such as {@code 0.02 %}; {@link #NONE} for NaN. */
  static String percent(double part) {
    if (Double.isNaN(part)) {
      return NONE;
    }
    double percent = part * 100;
    if (percent == 0 || percent >= 100) {
      return percent == 0 ? "0 %" : "100 %";
    }
    return percent < 0.01 ? "< 0.01 %" : rough(percent) + " %";
  }

  /** A share that somebody has set, such as {@code 12.5 %}: with all its digits. */
  static String share(double share) {
    return BigDecimal.valueOf(share)
            .movePointRight(2)
            .setScale(SHARE_DIGITS, RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }

  /** Such as {@code 42 ms}; {@link #NONE} for NaN. */
  static String millis(double seconds) {
    if (Double.isNaN(seconds)) {
      return NONE;
    }
    double millis = seconds * SECOND_MS;
    return millis < SECOND_MS ? rough(millis) + " ms" : rough(seconds) + " s";
  }

  /** Two digits, or all digits of larger numbers. */
  private static String rough(double value) {
    return value >= 100
        ? count(Math.round(value))
        : BigDecimal.valueOf(value).round(TWO_DIGITS).stripTrailingZeros().toPlainString();
  }

  /** Odds by their natural logarithm, such as {@code 1,400 : 1}. */
  static String odds(double logarithm) {
    if (!(logarithm > -MOST_ODDS)) {
      return "0 : 1";
    }
    if (logarithm > MOST_ODDS) {
      return "over " + count(Math.round(Math.exp(MOST_ODDS))) + " : 1";
    }
    double odds = Math.exp(logarithm);
    return (odds < 1
            ? BigDecimal.valueOf(odds).round(TWO_DIGITS).toPlainString()
            : odds < 10 ? rough(odds) : count(Math.round(odds)))
        + " : 1";
  }

  /** Such as {@code 2026-11-30 20:14:10}, in UTC; {@link #NONE} before there is a time. */
  static String time(long millis) {
    return millis == 0 ? NONE : TIME.format(Instant.ofEpochMilli(millis));
  }

  /** The time between two moments, such as {@code 12 min}; {@link #NONE} before there is one. */
  static String since(long millis, long nowMillis) {
    return millis == 0 ? NONE : duration(Duration.ofMillis(Math.max(0, nowMillis - millis)));
  }

  /** Such as {@code 45 s}, {@code 12 min} or {@code 3 h}. */
  static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 2 * MINUTE) {
      return seconds + " s";
    }
    if (seconds < 2 * HOUR) {
      return seconds / MINUTE + " min";
    }
    return seconds < 2 * DAY ? seconds / HOUR + " h" : seconds / DAY + " days";
  }

  /** The beginning of a long text. */
  static String cut(String text, int most) {
    return text.length() > most ? text.substring(0, most) + "…" : text;
  }
}
