package io.canarygateway.decision;

import java.math.BigDecimal;

/**
 * A client's place in [0, 1), which it keeps: below the rollout it goes to canary. The text is what
 * the client sent or gets, so that its value never changes on the way. Compatible with
 * maxwells-daemon.
 *
 * @param value at least 0, less than 1
 * @param text a decimal number of that value
 */
public record Assignment(double value, String text) {

  /** Longer texts are no assignments. */
  public static final int MAX_LENGTH = 64;

  private static final double SMALLEST_PLAIN = 1e-3;

  /** An assignment with a text of our own: never with an exponent. */
  public static Assignment of(double value) {
    String text =
        value != 0 && value < SMALLEST_PLAIN
            ? new BigDecimal(Double.toString(value)).toPlainString()
            : Double.toString(value);
    return new Assignment(value, text);
  }

  /**
   * Reads what a client sent: a decimal number as Go's {@code ParseFloat} takes it, exponents too.
   *
   * @return the assignment, or null if the text is not a number in [0, 1)
   */
  public static Assignment parse(String text) {
    if (!isDecimal(text)) {
      return null;
    }
    double value = Double.parseDouble(text);
    // Rounded up to 1 it would be nobody's; a negative zero is a zero.
    return value >= 0 && value < 1 ? new Assignment(value + 0.0, text) : null;
  }

  /** Whether the assignment goes to canary: 0 sends nobody, 1 sends all. */
  public boolean below(double rollout) {
    return value < rollout;
  }

  /** {@code [+-]digits[.digits][e[+-]digits]}, with a digit before or after the point. */
  private static boolean isDecimal(String text) {
    int length = text.length();
    if (length == 0 || length > MAX_LENGTH) {
      return false;
    }
    int i = text.charAt(0) == '+' || text.charAt(0) == '-' ? 1 : 0;
    int whole = digits(text, i);
    i += whole;
    int fraction = 0;
    if (i < length && text.charAt(i) == '.') {
      fraction = digits(text, i + 1);
      i += 1 + fraction;
    }
    if (whole + fraction == 0) {
      return false;
    }
    if (i < length && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
      i++;
      if (i < length && (text.charAt(i) == '+' || text.charAt(i) == '-')) {
        i++;
      }
      int exponent = digits(text, i);
      if (exponent == 0) {
        return false;
      }
      i += exponent;
    }
    return i == length;
  }

  private static int digits(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      i++;
    }
    return i - from;
  }
}
