package io.canarygateway.flags;

import java.util.function.Predicate;

/**
 * What a flag's value has to satisfy beyond its type. Called on whatever thread sets the flag; must
 * be quick and safe for use by any thread. A validator that throws refuses the value.
 *
 * @param <T> the type of the value
 */
public interface Validator<T> {

  /** Whether the value may be set. */
  boolean accepts(T value);

  /** What a value has to look like, as the end of an error: {@code at least 2 elements}. */
  String expected();

  /** A validator of the caller's own. */
  static <T> Validator<T> of(String expected, Predicate<? super T> accepts) {
    return new Validator<>() {
      @Override
      public boolean accepts(T value) {
        return accepts.test(value);
      }

      @Override
      public String expected() {
        return expected;
      }
    };
  }

  /** Both this and another. */
  default Validator<T> and(Validator<? super T> other) {
    return of(
        expected() + ", " + other.expected(), value -> accepts(value) && other.accepts(value));
  }
}
