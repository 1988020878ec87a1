package io.canarygateway.flags;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of a named, typed flag. Immutable.
 *
 * @param name 1 to 200 letters, digits, {@code .}, {@code _} and {@code -}, such as {@code
 *     circuit-breaker.error-limit-canary}
 * @param type how the value's text is read and written
 * @param defaultValue the value while no source sets the flag; null means "not set"
 * @param dynamic whether the flag may change while the process runs; a static flag is set at start
 *     only
 * @param usage one sentence for operators
 * @param validator a condition beyond the type, or null
 * @param secret whether the value is masked wherever people see it
 * @param <T> the type of the value; immutable
 */
public record Flag<T>(
    String name,
    FlagType<T> type,
    @Nullable T defaultValue,
    boolean dynamic,
    String usage,
    @Nullable Validator<? super T> validator,
    boolean secret) {

  private static final int MAX_DETAIL = 160;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,200}");

  /**
   * Checks the name and the default.
   *
   * @param name 1 to 200 letters, digits, {@code .}, {@code _} and {@code -}, such as {@code
   *     circuit-breaker.error-limit-canary}
   * @param type how the value's text is read and written
   * @param defaultValue the value while no source sets the flag; null means "not set"
   * @param dynamic whether the flag may change while the process runs; a static flag is set at
   *     start only
   * @param usage one sentence for operators
   * @param validator a condition beyond the type, or null
   * @param secret whether the value is masked wherever people see it
   * @throws IllegalArgumentException if the name has other characters, or is too long
   * @throws FlagException if the validator refuses the default
   */
  public Flag {
    if (!NAME.matcher(name).matches()) {
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

  /**
   * Declares a flag that may change while the process runs.
   *
   * @param name the flag's name
   * @param type its type
   * @param defaultValue its default, or null for "not set"
   * @param usage one sentence for operators
   * @param <T> the type of the value
   * @return the flag, without a validator and not secret
   */
  public static <T> Flag<T> ofDynamic(
      String name, FlagType<T> type, @Nullable T defaultValue, String usage) {
    return new Flag<>(name, type, defaultValue, true, usage, null, false);
  }

  /**
   * Declares a flag that is set at start only.
   *
   * @param name the flag's name
   * @param type its type
   * @param defaultValue its default, or null for "not set"
   * @param usage one sentence for operators
   * @param <T> the type of the value
   * @return the flag, without a validator and not secret
   */
  public static <T> Flag<T> ofStatic(
      String name, FlagType<T> type, @Nullable T defaultValue, String usage) {
    return new Flag<>(name, type, defaultValue, false, usage, null, false);
  }

  /**
   * Replaces the validator.
   *
   * @param newValidator a condition beyond the type
   * @return a copy of this flag with that validator
   */
  public Flag<T> withValidator(Validator<? super T> newValidator) {
    return new Flag<>(name, type, defaultValue, dynamic, usage, newValidator, secret);
  }

  /**
   * Declares a flag of a family after the example of this one.
   *
   * @param newName the flag's name
   * @return a dynamic flag without a default, otherwise a copy of this one
   */
  public Flag<T> named(String newName) {
    return new Flag<>(newName, type, null, true, usage, validator, secret);
  }

  /** {@return a copy of this flag whose value is masked} */
  public Flag<T> asSecret() {
    return new Flag<>(name, type, defaultValue, dynamic, usage, validator, true);
  }

  /**
   * Reads and validates a value.
   *
   * @param text the value in its text form
   * @return the value
   * @throws FlagException if the type or the validator refuses the text
   */
  public T parse(String text) {
    return parse(text, type::parse, Function.identity());
  }

  /**
   * Reads and validates a value as it is stored in etcd.
   *
   * @param bytes the stored value
   * @return the value
   * @throws FlagException if the type or the validator refuses the bytes
   */
  public T parse(byte[] bytes) {
    return parse(bytes, type::parse, Flag::text);
  }

  /**
   * Reads and validates a value as it is stored in a file.
   *
   * @param bytes the file's content
   * @return the value
   * @throws FlagException if the type or the validator refuses the bytes
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
      // A validator that throws refuses the value.
      throw refused(shown.apply(source), expected() + detail(e));
    }
    throw refused(shown.apply(source), expected());
  }

  private FlagException refused(String found, String expected) {
    String masked = secret ? "a secret" : Problem.quote(found);
    return new FlagException(List.of(new Problem(name, masked, expected)));
  }

  /**
   * The parser's message, for JSON and proto3 only: a fault inside a document cannot be found by
   * what the type expects.
   */
  private String detail(RuntimeException e) {
    boolean document = type.jsonForm() == FlagType.JsonForm.JSON && !secret;
    String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return !document || e.getMessage() == null
        ? ""
        : "; " + (first.length() > MAX_DETAIL ? first.substring(0, MAX_DETAIL) + "…" : first);
  }

  /**
   * Brings a value into its canonical text form, which is the same for equal values.
   *
   * @param text the value in any text form
   * @return the canonical form
   * @throws FlagException if the type or the validator refuses the text
   */
  public String canonical(String text) {
    return type.format(parse(text));
  }

  /**
   * Brings a stored value into its canonical text form.
   *
   * @param bytes the value as it is stored in etcd
   * @return the canonical form
   * @throws FlagException if the type or the validator refuses the bytes
   */
  public String canonical(byte[] bytes) {
    return type.format(parse(bytes));
  }

  /**
   * Brings a value in a file into its canonical text form.
   *
   * @param bytes the file's content
   * @return the canonical form
   * @throws FlagException if the type or the validator refuses the bytes
   */
  public String canonicalFile(byte[] bytes) {
    return type.format(parseFile(bytes));
  }

  /** {@return what a value has to look like, to follow "expected" in an error} */
  public String expected() {
    return validator == null ? type.expected() : type.expected() + ", " + validator.expected();
  }

  /**
   * Shows a value as go-flagz does.
   *
   * @param value the value, or null for "not set"
   * @return an empty text for null, {@code ***} for a secret, else {@link FlagType#display}
   */
  public String display(@Nullable T value) {
    return value == null ? "" : secret ? "***" : type.display(value);
  }
}
