package io.canarygateway.flags;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers and booleans as Go's {@code strconv} reads and writes them. */
final class GoFormat {

  private static final Pattern INTEGER =
      Pattern.compile(
          "([+-]?)(?:(0[xX]|0[bB]|0[oO]|0(?=[0-9_]))_?)?([0-9A-Fa-f]+(?:_[0-9A-Fa-f]+)*)");
  static final Pattern DECIMAL =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,4})?");
  private static final int MAX_LENGTH = 400;
  private static final int MAX_DIGITS = 17;

  /** Go writes {@code 1e+06} from this decimal exponent on. */
  private static final int EXPONENT_FROM = 6;

  private GoFormat() {}

  /** {@code ParseInt(text, 0, 64)}: decimal, 0x, 0b, 0o or 0 for octal, with underscores. */
  static long parseInt64(String text) {
    Matcher matcher = INTEGER.matcher(text);
    if (text.length() > MAX_LENGTH || !matcher.matches()) {
      throw new IllegalArgumentException("not an integer: " + text);
    }
    String prefix = matcher.group(2);
    String digits = matcher.group(3);
    int radix =
        prefix == null
            ? 10
            : switch (prefix.toLowerCase(Locale.ROOT)) {
              case "0x" -> 16;
              case "0b" -> 2;
              default -> 8;
            };
    BigInteger value = new BigInteger(matcher.group(1) + digits.replace("_", ""), radix);
    if (value.bitLength() > 63) {
      throw new IllegalArgumentException("out of 64 bits: " + text);
    }
    return value.longValue();
  }

  /** {@code ParseFloat(text, 64)} of decimal, finite numbers. */
  static double parseFloat64(String text) {
    if (text.length() > MAX_LENGTH || !DECIMAL.matcher(text).matches()) {
      throw new IllegalArgumentException("not a decimal number: " + text);
    }
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw new IllegalArgumentException("out of range: " + text);
    }
    return value;
  }

  /** {@code FormatFloat(value, 'g', -1, 64)} of finite numbers, which is also Go's {@code %v}. */
  static String float64(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal shortest = shortest(value);
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < EXPONENT_FROM) {
      return shortest.toPlainString();
    }
    String digits = shortest.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return String.format(
        Locale.ROOT,
        "%s%se%s%02d",
        value < 0 ? "-" : "",
        mantissa,
        exponent < 0 ? "-" : "+",
        Math.abs(exponent));
  }

  /**
   * The fewest digits that read back as the same number. {@code Double.toString} of JDK 17
   * sometimes has more.
   */
  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    BigDecimal rounded = exact;
    for (int digits = 1; digits <= MAX_DIGITS; digits++) {
      rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        break;
      }
    }
    return rounded.stripTrailingZeros();
  }

  /** {@code ParseBool}. */
  static boolean parseBool(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw new IllegalArgumentException("not a boolean: " + text);
    };
  }
}
