package io.canarygateway.flags;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations in the syntax of Go's {@code time.ParseDuration}, such as {@code 1h2m3.5s}, {@code
 * 300ms} and {@code 1us}. The range is Go's: 64 bits of nanoseconds, about 292 years either way.
 */
public final class GoDuration {

  private static final String PARTS = "([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)";

  /** The texts that {@link #parse} takes for durations, but for their range and length. */
  static final String REGEX = "[+-]?(0|(" + PARTS + ")+)";

  private static final Pattern PART = Pattern.compile(PARTS);
  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

  private GoDuration() {}

  /**
   * Reads a duration.
   *
   * @param text the duration
   * @return the duration
   * @throws IllegalArgumentException if the text is not in Go's syntax or out of its range
   */
  public static Duration parse(String text) {
    boolean negative = text.startsWith("-");
    String unsigned = negative || text.startsWith("+") ? text.substring(1) : text;
    if (unsigned.equals("0")) {
      return Duration.ZERO;
    }
    Matcher matcher = PART.matcher(unsigned);
    BigDecimal nanos = BigDecimal.ZERO;
    int end = 0;
    while (end < unsigned.length() && unsigned.length() <= 64) {
      if (!matcher.find(end) || matcher.start() != end) {
        throw new IllegalArgumentException("not a duration: " + text);
      }
      nanos = nanos.add(new BigDecimal(matcher.group(1)).multiply(unit(matcher.group(2))));
      end = matcher.end();
    }
    if (end == 0 || nanos.compareTo(MAX) > 0) {
      throw new IllegalArgumentException("not a duration: " + text);
    }
    return Duration.ofNanos(negative ? -nanos.longValue() : nanos.longValue());
  }

  /**
   * Writes a duration as Go's {@code Duration.String} does: {@code 1h2m3.5s}, {@code 1.5ms}, {@code
   * 0s}.
   *
   * @param duration the duration, within Go's range
   * @return its text
   */
  public static String format(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos == 0) {
      return "0s";
    }
    String sign = nanos < 0 ? "-" : "";
    BigDecimal abs = BigDecimal.valueOf(nanos).abs();
    if (abs.compareTo(unit("s")) < 0) {
      String unit =
          abs.compareTo(unit("us")) < 0 ? "ns" : abs.compareTo(unit("ms")) < 0 ? "us" : "ms";
      return sign + number(abs.divide(unit(unit))) + unit.replace("us", "µs");
    }
    BigDecimal[] hours = abs.divideAndRemainder(unit("h"));
    BigDecimal[] minutes = hours[1].divideAndRemainder(unit("m"));
    StringBuilder text = new StringBuilder(sign);
    if (hours[0].signum() > 0) {
      text.append(hours[0].toBigInteger()).append('h');
    }
    if (hours[0].signum() > 0 || minutes[0].signum() > 0) {
      text.append(minutes[0].toBigInteger()).append('m');
    }
    return text.append(number(minutes[1].divide(unit("s")))).append('s').toString();
  }

  private static String number(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private static BigDecimal unit(String name) {
    return BigDecimal.valueOf(
        switch (name) {
          case "ns" -> 1L;
          case "us", "µs", "μs" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          default -> 3_600_000_000_000L;
        });
  }
}
