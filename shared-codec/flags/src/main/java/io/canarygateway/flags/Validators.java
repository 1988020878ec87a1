package io.canarygateway.flags;

import java.time.Duration;
import java.util.Collection;
import java.util.regex.Pattern;

/** The ready-made validators; the first three and the last are go-flagz's. */
public final class Validators {

  /** What a duration can be at least and at most in Go. */
  private static final Duration LOWEST = Duration.ofNanos(-Long.MAX_VALUE);

  private static final Duration HIGHEST = Duration.ofNanos(Long.MAX_VALUE);

  private Validators() {}

  private static String bounds(String min, String max, boolean noMin, boolean noMax) {
    return noMin ? "at most " + max : noMax ? "at least " + min : min + " to " + max;
  }

  /** At least {@code min} and at most {@code max}, both inclusive. */
  public static Validator<Long> range(long min, long max) {
    return Validator.of(
        bounds("" + min, "" + max, min == Long.MIN_VALUE, max == Long.MAX_VALUE),
        value -> value >= min && value <= max);
  }

  /** At least {@code min} and at most {@code max}, both inclusive. */
  public static Validator<Double> range(double min, double max) {
    return Validator.of(
        bounds(
            GoFormat.float64(min),
            GoFormat.float64(max),
            min == -Double.MAX_VALUE,
            max == Double.MAX_VALUE),
        value -> value >= min && value <= max);
  }

  /** Matches a regular expression somewhere, as Go's {@code MatchString}: anchor it for all. */
  public static Validator<String> matches(Pattern regex) {
    return Validator.of("a match of " + regex, value -> regex.matcher(value).find());
  }

  /** At least {@code min} and at most {@code max}, both inclusive. */
  public static Validator<Duration> range(Duration min, Duration max) {
    return Validator.of(
        bounds(
            GoDuration.format(min),
            GoDuration.format(max),
            min.equals(LOWEST),
            max.equals(HIGHEST)),
        value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
  }

  /** A slice or a set with at least so many elements. */
  public static <C extends Collection<?>> Validator<C> minElements(int count) {
    return Validator.of(
        "at least " + count + (count == 1 ? " element" : " elements"),
        value -> value.size() >= count);
  }
}
