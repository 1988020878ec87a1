package io.canarygateway.route;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * Compiles and tries regular expressions. RE2/J matches in time linear in the text: it never
 * backtracks. Long texts are not tried, because each character still costs some 80 ns on an event
 * loop.
 */
final class Expressions {

  /** The longest text that is tried, in characters. A longer one fits no expression. */
  static final int MAX_TEXT = 2_048;

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

  /** Whether the whole text fits an expression, and is not too long to be tried. */
  static boolean matches(Pattern pattern, String text) {
    return text.length() <= MAX_TEXT && pattern.matches(text);
  }
}
