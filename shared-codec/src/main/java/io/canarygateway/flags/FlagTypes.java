package io.canarygateway.flags;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The flag types that settings are made of. */
public final class FlagTypes {

  private FlagTypes() {}

  /** Any text. */
  public static FlagType<String> string() {
    return of(FlagType.JsonForm.STRING, "a string", Function.identity(), Function.identity());
  }

  /** {@code true} or {@code false}. */
  public static FlagType<Boolean> bool() {
    return of(
        FlagType.JsonForm.BOOLEAN,
        "true or false",
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException(text);
            },
        String::valueOf);
  }

  /** A whole number between two bounds, both inclusive. It never passes through a double. */
  public static FlagType<Long> int64(long min, long max) {
    String expected =
        max == Long.MAX_VALUE
            ? min == Long.MIN_VALUE ? "a whole number" : "a whole number of at least " + min
            : "a whole number, " + min + " to " + max;
    return of(
        FlagType.JsonForm.NUMBER,
        expected,
        text -> {
          long value = Long.parseLong(text);
          require(value >= min && value <= max, text);
          return value;
        },
        String::valueOf);
  }

  /**
   * A duration between two bounds, both inclusive, in Go syntax ({@code 250ms}); a bare number is
   * seconds, as in canary-router's files.
   */
  public static FlagType<Duration> duration(Duration min, Duration max) {
    return of(
        FlagType.JsonForm.NUMBER,
        "seconds or a duration such as 250ms, "
            + GoDuration.format(min)
            + " to "
            + GoDuration.format(max),
        text -> {
          Duration value =
              text.matches("[0-9]{1,10}(\\.[0-9]{1,9})?") ? seconds(text) : GoDuration.parse(text);
          require(value.compareTo(min) >= 0 && value.compareTo(max) <= 0, text);
          return value;
        },
        GoDuration::format);
  }

  /** One of an enum's constants, in lower case. */
  public static <E extends Enum<E>> FlagType<E> oneOf(Class<E> type) {
    List<E> constants = List.of(type.getEnumConstants());
    String names = constants.stream().map(FlagTypes::lower).collect(Collectors.joining(", "));
    return of(
        FlagType.JsonForm.STRING,
        "one of " + names,
        text ->
            constants.stream()
                .filter(constant -> lower(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(text)),
        FlagTypes::lower);
  }

  /** A list of texts, each checked by {@code element}; as one text they are separated by commas. */
  public static <T> FlagType<List<T>> listOf(FlagType<T> element) {
    return of(
        FlagType.JsonForm.STRING_ARRAY,
        "an array of strings, each " + element.expected(),
        text ->
            text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",")).map(String::trim).map(element::parse).toList(),
        list -> list.stream().map(element::format).collect(Collectors.joining(",")));
  }

  /**
   * A type of the caller's own.
   *
   * @param parse throws an {@link IllegalArgumentException} for what is not a value
   */
  public static <T> FlagType<T> of(
      FlagType.JsonForm form,
      String expected,
      Function<String, T> parse,
      Function<T, String> format) {
    return new SimpleFlagType<>(form, expected, parse, format);
  }

  private static Duration seconds(String text) {
    return Duration.ofNanos(new BigDecimal(text).movePointRight(9).longValueExact());
  }

  private static void require(boolean condition, String text) {
    if (!condition) {
      throw new IllegalArgumentException(text);
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private record SimpleFlagType<T>(
      JsonForm jsonForm, String expected, Function<String, T> parser, Function<T, String> formatter)
      implements FlagType<T> {

    @Override
    public T parse(String text) {
      return parser.apply(text);
    }

    @Override
    public String format(T value) {
      return formatter.apply(value);
    }
  }
}
