package io.canarygateway.decision;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A client's fixed number in [0, 1). The client goes to canary while its assignment is below the
 * rollout. Compatible with maxwells-daemon.
 *
 * <p>The text is kept beside the value: a client gets its own spelling back.
 *
 * @param value at least 0, less than 1
 * @param text a decimal number of that value
 */
public record Assignment(double value, String text) {

  /** The longest text of an assignment, in characters. */
  public static final int MAX_LENGTH = 64;

  private static final double SMALLEST_PLAIN = 1e-3;

  /**
   * Creates an assignment with a text without an exponent.
   *
   * @param value at least 0, less than 1
   * @return the assignment
   */
  public static Assignment of(double value) {
    String text =
        value != 0 && value < SMALLEST_PLAIN
            ? new BigDecimal(Double.toString(value)).toPlainString()
            : Double.toString(value);
    return new Assignment(value, text);
  }

  /**
   * Reads an assignment that a client sent: a decimal number as Go's {@code ParseFloat} takes it,
   * with or without an exponent.
   *
   * @param text the client's text
   * @return the assignment, or null if the text is not a number in [0, 1)
   */
  public static @Nullable Assignment parse(String text) {
    if (!isDecimal(text)) {
      return null;
    }
    double value = Double.parseDouble(text);
    // A text such as 0.99999999999999999999 rounds up to 1, which is no assignment. Adding 0.0
    // turns -0 into 0.
    return value >= 0 && value < 1 ? new Assignment(value + 0.0, text) : null;
  }

  /**
   * Decides by a rollout.
   *
   * @param rollout 0 sends no client to canary, 1 sends all
   * @return whether the client goes to canary
   */
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
