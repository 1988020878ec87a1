package io.canarygateway.flags;

import java.util.Map;
import java.util.function.Predicate;

/**
 * A condition on a flag's value beyond its type. Runs on the thread that sets the flag.
 * Implementations are quick and safe for use by any thread. A validator that throws refuses the
 * value.
 *
 * @param <T> the type of the value
 */
public interface Validator<T> {

  /**
   * Decides about a value.
   *
   * @param value the value, never null
   * @return whether the value may be set
   */
  boolean accepts(T value);

  /**
   * {@return what a value has to look like, to follow "expected" in an error: {@code at least 2
   * elements}}
   */
  String expected();

  /** {@return what a JSON Schema says of the condition, as {@link FlagType#schema()}} */
  default Map<String, Object> schema() {
    return Map.of();
  }

  /**
   * A validator of the caller's own.
   *
   * @param expected what a value has to look like
   * @param accepts decides about a value
   * @param <T> the type of the value
   * @return the validator
   */
  static <T> Validator<T> of(String expected, Predicate<? super T> accepts) {
    return of(expected, Map.of(), accepts);
  }

  /**
   * A validator of the caller's own that a JSON Schema can tell of.
   *
   * @param expected what a value has to look like
   * @param schema the condition in JSON Schema's keywords
   * @param accepts decides about a value
   * @param <T> the type of the value
   * @return the validator
   */
  static <T> Validator<T> of(
      String expected, Map<String, Object> schema, Predicate<? super T> accepts) {
    return new Validator<>() {
      @Override
      public boolean accepts(T value) {
        return accepts.test(value);
      }

      @Override
      public String expected() {
        return expected;
      }

      @Override
      public Map<String, Object> schema() {
        return schema;
      }
    };
  }

  /**
   * Combines this validator with another.
   *
   * @param other the other validator
   * @return a validator that accepts what both accept
   */
  default Validator<T> and(Validator<? super T> other) {
    return of(
        expected() + ", " + other.expected(), value -> accepts(value) && other.accepts(value));
  }
}
