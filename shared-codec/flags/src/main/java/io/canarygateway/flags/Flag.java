package io.canarygateway.flags;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * The declaration of a named, typed setting. Immutable.
 *
 * @param name the flag's name: {@code circuit-breaker.error-limit-canary}
 * @param type how its text is read and written
 * @param defaultValue the value when nothing sets it; null means "not set"
 * @param dynamic whether it may change while the process runs; a static flag is set at start only
 * @param usage one sentence for operators
 * @param validator what a value has to satisfy beyond its type, or null
 * @param secret whether the value is masked wherever people see it
 * @param <T> the type of the value; immutable
 */
public record Flag<T>(
    String name,
    FlagType<T> type,
    T defaultValue,
    boolean dynamic,
    String usage,
    Validator<? super T> validator,
    boolean secret) {

  private static final int MAX_DETAIL = 160;

  /** A flag whose default is refused by its own validator is a mistake of the program. */
  public Flag {
    if (!name.matches("[A-Za-z0-9_.-]{1,200}")) {
      throw new IllegalArgumentException(
          "a flag's name is made of letters, digits, '.', '_' and '-': " + name);
    }
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(usage, "usage");
    if (defaultValue != null && validator != null && !validator.accepts(defaultValue)) {
      throw new FlagException(
          List.of(
              Problem.ofText(
                  name,
                  secret ? "***" : type.display(defaultValue),
                  "a default that is " + validator.expected())));
    }
  }

  /** A flag that may change while the process runs. */
  public static <T> Flag<T> ofDynamic(String name, FlagType<T> type, T defaultValue, String usage) {
    return new Flag<>(name, type, defaultValue, true, usage, null, false);
  }

  /** A flag that is set at start only. */
  public static <T> Flag<T> ofStatic(String name, FlagType<T> type, T defaultValue, String usage) {
    return new Flag<>(name, type, defaultValue, false, usage, null, false);
  }

  /** The same with a validator in the place of the one it has. */
  public Flag<T> withValidator(Validator<? super T> newValidator) {
    return new Flag<>(name, type, defaultValue, dynamic, usage, newValidator, secret);
  }

  /** The same, masked. */
  public Flag<T> asSecret() {
    return new Flag<>(name, type, defaultValue, dynamic, usage, validator, true);
  }

  /**
   * Reads and validates a value.
   *
   * @throws FlagException if it is not a value of the type, or not a valid one
   */
  public T parse(String text) {
    return parse(text, type::parse, Function.identity());
  }

  /**
   * Reads and validates a value as it stands in a store.
   *
   * @throws FlagException if it is not a value of the type, or not a valid one
   */
  public T parse(byte[] bytes) {
    return parse(bytes, type::parse, Flag::text);
  }

  /**
   * Reads and validates a value as it stands in a file.
   *
   * @throws FlagException if it is not a value of the type, or not a valid one
   */
  public T parseFile(byte[] bytes) {
    return parse(bytes, type::parseFile, read -> text(read).stripTrailing());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private <S> T parse(S source, Function<S, T> reader, Function<S, String> shown) {
    try {
      T value = reader.apply(source);
      if (validator == null || validator.accepts(value)) {
        return value;
      }
    } catch (RuntimeException e) {
      // A validator that fails has not said yes either.
      throw refused(shown.apply(source), expected() + detail(e));
    }
    throw refused(shown.apply(source), expected());
  }

  private FlagException refused(String found, String expected) {
    String masked = secret ? "a secret" : Problem.quote(found);
    return new FlagException(List.of(new Problem(name, masked, expected)));
  }

  /** Of what is wrong with a document there is more to say than what its type expects. */
  private String detail(RuntimeException e) {
    boolean document = type.jsonForm() == FlagType.JsonForm.JSON && !secret;
    String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return !document || e.getMessage() == null
        ? ""
        : "; " + (first.length() > MAX_DETAIL ? first.substring(0, MAX_DETAIL) + "…" : first);
  }

  /**
   * The text form of a value, the same for equal values.
   *
   * @throws FlagException if it is not a value of the type, or not a valid one
   */
  public String canonical(String text) {
    return type.format(parse(text));
  }

  /** As {@link #canonical(String)}, of a value in a store. */
  public String canonical(byte[] bytes) {
    return type.format(parse(bytes));
  }

  /** As {@link #canonical(String)}, of a value in a file. */
  public String canonicalFile(byte[] bytes) {
    return type.format(parseFile(bytes));
  }

  /** What a value has to look like, as the end of an error. */
  public String expected() {
    return validator == null ? type.expected() : type.expected() + ", " + validator.expected();
  }

  /** How the value is shown, as go-flagz shows it: an empty string for null, masked if secret. */
  public String display(T value) {
    return value == null ? "" : secret ? "***" : type.display(value);
  }
}
