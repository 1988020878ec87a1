package io.canarygateway.flags;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.regex.Pattern;

/**
 * One fault of a flag's value or of a configuration.
 *
 * @param key the name of the flag
 * @param found the value that was found, as JSON or as a short description
 * @param expected what a value has to look like
 */
public record Problem(String key, String found, String expected) {

  private static final int MAX_SHOWN = 80;
  private static final Pattern USER_INFORMATION = Pattern.compile("//[^/@\\s]*@");

  /**
   * The fault of a text value. The value is quoted and cut to one readable line.
   *
   * @param key the name of the flag
   * @param text the value that was found
   * @param expected what a value has to look like
   * @return the problem
   */
  public static Problem ofText(String key, String text, String expected) {
    return new Problem(key, quote(text), expected);
  }

  /** {@return one line: {@code key: found (expected …)}} */
  @Override
  public String toString() {
    return escape(key) + ": " + found + " (expected " + expected + ")";
  }

  /**
   * Quotes a text for one line: cut, escaped, and without the password of a URL.
   *
   * @param text the text
   * @return the text in double quotes
   */
  public static String quote(String text) {
    return '"' + escape(USER_INFORMATION.matcher(text).replaceAll("//***@")) + '"';
  }

  private static String escape(String text) {
    String cut = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    return new String(JsonStringEncoder.getInstance().quoteAsString(cut));
  }
}
