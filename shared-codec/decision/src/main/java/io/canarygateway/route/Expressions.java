package io.canarygateway.route;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/** Compiles regular expressions. RE2/J matches in time linear in the text: it never backtracks. */
final class Expressions {

  private Expressions() {}

  /**
   * Compiles an expression.
   *
   * @throws IllegalArgumentException if it is malformed
   */
  static Pattern compile(String expression) {
    try {
      return Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "\"" + expression + "\" is not a regular expression of RE2: " + e.getDescription(), e);
    }
  }
}
