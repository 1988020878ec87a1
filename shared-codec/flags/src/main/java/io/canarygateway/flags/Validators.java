package io.canarygateway.flags;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The ready-made validators: go-flagz's ranges, {@link #matches} and {@link #minElements}, and a
 * range of durations.
 */
public final class Validators {

  /** The bounds of a duration in Go. */
  private static final Duration LOWEST = Duration.ofNanos(-Long.MAX_VALUE);

  private static final Duration HIGHEST = Duration.ofNanos(Long.MAX_VALUE);

  private Validators() {}

  private static String bounds(String min, String max, boolean noMin, boolean noMax) {
    return noMin ? "at most " + max : noMax ? "at least " + min : min + " to " + max;
  }

  /**
   * A range of whole numbers.
   *
   * @param min the smallest value
   * @param max the largest value
   * @return the validator
   */
  public static Validator<Long> range(long min, long max) {
    return Validator.of(
        bounds("" + min, "" + max, min == Long.MIN_VALUE, max == Long.MAX_VALUE),
        Map.of("minimum", min, "maximum", max),
        value -> value >= min && value <= max);
  }

  /**
   * A range of numbers.
   *
   * @param min the smallest value
   * @param max the largest value
   * @return the validator
   */
  public static Validator<Double> range(double min, double max) {
    return Validator.of(
        bounds(
            GoFormat.float64(min),
            GoFormat.float64(max),
            min == -Double.MAX_VALUE,
            max == Double.MAX_VALUE),
        Map.of("minimum", min, "maximum", max),
        value -> value >= min && value <= max);
  }

  /**
   * A text in which a regular expression matches somewhere, as Go's {@code MatchString}. Anchor the
   * expression to match the whole text.
   *
   * @param regex the regular expression
   * @return the validator
   */
  public static Validator<String> matches(Pattern regex) {
    return Validator.of("a match of " + regex, value -> regex.matcher(value).find());
  }

  /**
   * A range of durations.
   *
   * @param min the shortest duration
   * @param max the longest duration
   * @return the validator
   */
  public static Validator<Duration> range(Duration min, Duration max) {
    return Validator.of(
        bounds(
            GoDuration.format(min),
            GoDuration.format(max),
            min.equals(LOWEST),
            max.equals(HIGHEST)),
        value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
  }

  /**
   * A slice or a set of a minimum size.
   *
   * @param count the fewest elements
   * @param <C> the slice or set
   * @return the validator
   */
  public static <C extends Collection<?>> Validator<C> minElements(int count) {
    return Validator.of(
        "at least " + count + (count == 1 ? " element" : " elements"),
        value -> value.size() >= count);
  }
}
