package io.canarygateway.route;

import com.google.re2j.Pattern;

/** A condition on the value of a header or of a query parameter. Immutable. */
public sealed interface ValueMatch {

  /**
   * Decides about a value.
   *
   * @param value the value that the request has
   * @return whether the value fits
   */
  boolean matches(String value);

  /**
   * Creates a condition that one value fits.
   *
   * @param value the value; case counts
   * @return the condition
   */
  static ValueMatch exact(String value) {
    return new Exact(value);
  }

  /**
   * Creates a condition from a regular expression in RE2's syntax.
   *
   * @param expression the expression, which has to fit the whole value; values of more than 2,048
   *     characters do not fit
   * @return the condition
   * @throws IllegalArgumentException if the expression is malformed
   */
  static ValueMatch regex(String expression) {
    return new Regex(Expressions.compile(expression));
  }

  /**
   * The value is a certain text.
   *
   * @param value the text; case counts
   */
  record Exact(String value) implements ValueMatch {
    @Override
    public boolean matches(String other) {
      return value.equals(other);
    }
  }

  /**
   * The whole value fits a regular expression. A value of more than 2,048 characters fits none. Two
   * conditions are equal if the texts and the flags of their expressions are.
   *
   * @param pattern the expression
   */
  record Regex(Pattern pattern) implements ValueMatch {
    @Override
    public boolean matches(String value) {
      return Expressions.matches(pattern, value);
    }
  }
}
