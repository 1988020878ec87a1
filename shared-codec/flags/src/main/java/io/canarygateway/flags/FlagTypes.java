package io.canarygateway.flags;

import io.canarygateway.flags.FlagType.JsonForm;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The flag types, except {@link JsonFlagTypes} and {@link ProtoFlagTypes}. Types without arguments
 * read and show values as go-flagz does.
 */
public final class FlagTypes {

  private static final String DECIMAL = "[+-]?[0-9]{1,19}";
  private static final String SECONDS = "[0-9]{1,10}(\\.[0-9]{1,9})?";

  private FlagTypes() {}

  /** {@return the type of any text} */
  public static FlagType<String> string() {
    return of("string", JsonForm.STRING, "a string", Function.identity(), Function.identity());
  }

  /**
   * A text that matches a regular expression as a whole.
   *
   * @param regex the regular expression
   * @param expected the texts that match, in words
   * @return the type
   */
  public static FlagType<String> matching(String regex, String expected) {
    return describe(
        of(
            "string",
            JsonForm.STRING,
            expected,
            text -> {
              require(text.matches(regex), text);
              return text;
            },
            Function.identity()),
        whole(regex));
  }

  /**
   * {@return the type of {@code true} and {@code false}, with Go's other spellings such as {@code
   * 1} and {@code f}}
   */
  public static FlagType<Boolean> bool() {
    return describe(
        of("bool", JsonForm.BOOLEAN, "true or false", GoFormat::parseBool, value -> "" + value),
        whole("1|t|T|true|TRUE|True|0|f|F|false|FALSE|False"));
  }

  /**
   * {@return the type of whole numbers with 64 bits, also spelled {@code 0x1f}, {@code 0b11},
   * {@code 017} and {@code 1_000}}
   */
  public static FlagType<Long> int64() {
    return of("int64", JsonForm.NUMBER, "a whole number", GoFormat::parseInt64, String::valueOf);
  }

  /**
   * A decimal whole number in a range. The number never passes through a double, so all 64 bits
   * stay.
   *
   * @param min the smallest value
   * @param max the largest value
   * @return the type
   */
  public static FlagType<Long> int64(long min, long max) {
    String expected =
        max == Long.MAX_VALUE
            ? "a whole number of at least " + min
            : "a whole number, " + min + " to " + max;
    Map<String, Object> schema = new HashMap<>(whole(DECIMAL));
    schema.put("minimum", min);
    if (max < Long.MAX_VALUE) {
      schema.put("maximum", max);
    }
    return describe(
        of(
            "int64",
            JsonForm.NUMBER,
            expected,
            text -> {
              require(text.matches(DECIMAL), text);
              long value = Long.parseLong(text);
              require(value >= min && value <= max, text);
              return value;
            },
            String::valueOf),
        schema);
  }

  /** {@return the type of finite decimal numbers such as {@code 0.25} and {@code 1e-3}} */
  public static FlagType<Double> float64() {
    return describe(
        of("float64", JsonForm.NUMBER, "a number", GoFormat::parseFloat64, GoFormat::float64),
        whole(GoFormat.DECIMAL.pattern()));
  }

  /** {@return the type of durations in Go's syntax, such as {@code 1h2m3.5s} and {@code 300ms}} */
  public static FlagType<Duration> duration() {
    return describe(
        of(
            "duration",
            JsonForm.STRING,
            "a duration such as 1h30m or 250ms",
            GoDuration::parse,
            GoDuration::format),
        whole(GoDuration.REGEX));
  }

  /**
   * A duration in a range, in Go's syntax such as {@code 250ms}. A bare number is seconds, as in
   * canary-router's files.
   *
   * @param min the shortest duration
   * @param max the longest duration
   * @return the type
   */
  public static FlagType<Duration> seconds(Duration min, Duration max) {
    FlagType<Duration> type =
        of(
            "duration",
            JsonForm.NUMBER,
            "seconds or a duration such as 250ms, "
                + GoDuration.format(min)
                + " to "
                + GoDuration.format(max),
            text -> {
              Duration value =
                  text.matches(SECONDS)
                      ? Duration.ofNanos(new BigDecimal(text).movePointRight(9).longValueExact())
                      : GoDuration.parse(text);
              require(value.compareTo(min) >= 0 && value.compareTo(max) <= 0, text);
              return value;
            },
            GoDuration::format);
    Map<String, Object> schema = new HashMap<>(whole(SECONDS + "|" + GoDuration.REGEX));
    schema.put("minimum", inSeconds(min));
    schema.put("maximum", inSeconds(max));
    return describe(type, schema);
  }

  private static BigDecimal inSeconds(Duration duration) {
    BigDecimal seconds = BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros();
    return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
  }

  /**
   * A constant of an enum, written in lower case.
   *
   * @param type the enum
   * @param <E> the enum
   * @return the type
   */
  public static <E extends Enum<E>> FlagType<E> oneOf(Class<E> type) {
    List<E> constants = List.of(type.getEnumConstants());
    String names = constants.stream().map(FlagTypes::lower).collect(Collectors.joining(", "));
    return describe(
        of(
            "enum",
            JsonForm.STRING,
            "one of " + names,
            text ->
                constants.stream()
                    .filter(constant -> lower(constant).equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(text)),
            FlagTypes::lower),
        Map.of("enum", constants.stream().map(FlagTypes::lower).toList()));
  }

  /**
   * {@return the type of lists of strings, written as one CSV record; a new value replaces all
   * elements}
   */
  public static FlagType<List<String>> stringSlice() {
    return slice("strings separated by commas", Csv::parse, Csv::format, Map.of());
  }

  /** {@return the type of sets of strings in natural order, written as one CSV record} */
  public static FlagType<SortedSet<String>> stringSet() {
    return new SimpleFlagType<>(
        "string-set",
        JsonForm.STRING_ARRAY,
        "strings separated by commas",
        text -> Collections.unmodifiableSortedSet(new TreeSet<>(Csv.parse(text))),
        set -> Csv.format(List.copyOf(set)),
        set -> goList(set.stream()),
        Map.of());
  }

  /**
   * A list of values of one type, written as one CSV record.
   *
   * @param element the type of the elements
   * @param <T> the type of an element
   * @return the type
   */
  public static <T> FlagType<List<T>> listOf(FlagType<T> element) {
    return slice(
        "an array of strings, each " + element.expected(),
        text -> Csv.parse(text).stream().map(String::trim).map(element::parse).toList(),
        list -> Csv.format(list.stream().map(element::format).toList()),
        element.schema().isEmpty() ? Map.of() : Map.of("items", element.schema()));
  }

  private static <T> FlagType<List<T>> slice(
      String expected,
      Function<String, List<T>> parse,
      Function<List<T>, String> format,
      Map<String, Object> schema) {
    return new SimpleFlagType<>(
        "string-slice",
        JsonForm.STRING_ARRAY,
        expected,
        parse,
        format,
        list -> goList(list.stream().map(Object::toString)),
        schema);
  }

  /**
   * A type of the caller's own.
   *
   * @param name the type's name
   * @param form the spelling in a JSON document
   * @param expected what a value has to look like, to follow "expected" in an error
   * @param parse reads a value; throws an {@link IllegalArgumentException} for a text that is not
   *     one
   * @param format writes a value
   * @param <T> the type of the value; immutable
   * @return the type
   */
  public static <T> FlagType<T> of(
      String name,
      JsonForm form,
      String expected,
      Function<String, T> parse,
      Function<T, String> format) {
    return of(name, form, expected, parse, format, format);
  }

  /**
   * A type of the caller's own that is shown in another form than it is written.
   *
   * @param name the type's name
   * @param form the spelling in a JSON document
   * @param expected what a value has to look like, to follow "expected" in an error
   * @param parse reads a value; throws an {@link IllegalArgumentException} for a text that is not
   *     one
   * @param format writes a value
   * @param display shows a value
   * @param <T> the type of the value; immutable
   * @return the type
   */
  public static <T> FlagType<T> of(
      String name,
      JsonForm form,
      String expected,
      Function<String, T> parse,
      Function<T, String> format,
      Function<T, String> display) {
    return new SimpleFlagType<>(name, form, expected, parse, format, display, Map.of());
  }

  /**
   * Adds to a type what a JSON Schema says of its values.
   *
   * @param type a type without a binary form
   * @param schema see {@link FlagType#schema()}
   * @param <T> the type of the value
   * @return a copy of the type
   */
  public static <T> FlagType<T> describe(FlagType<T> type, Map<String, Object> schema) {
    return new SimpleFlagType<>(
        type.name(),
        type.jsonForm(),
        type.expected(),
        type::parse,
        type::format,
        type::display,
        Map.copyOf(schema));
  }

  /** A regular expression that has to match the whole text, as JSON Schema writes it. */
  private static Map<String, Object> whole(String regex) {
    return Map.of("pattern", "^(?:" + regex + ")$");
  }

  private static String goList(Stream<String> elements) {
    return elements.collect(Collectors.joining(" ", "[", "]"));
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
      String name,
      JsonForm jsonForm,
      String expected,
      Function<String, T> parser,
      Function<T, String> formatter,
      Function<T, String> shower,
      Map<String, Object> schema)
      implements FlagType<T> {

    @Override
    public T parse(String text) {
      return parser.apply(text);
    }

    @Override
    public String format(T value) {
      return formatter.apply(value);
    }

    @Override
    public String display(T value) {
      return shower.apply(value);
    }
  }
}
