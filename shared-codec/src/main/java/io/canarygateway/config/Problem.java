package io.canarygateway.config;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/**
 * One fault of a configuration.
 *
 * @param key the path of the setting
 * @param found what stands there, as JSON or as a short description
 * @param expected what should stand there
 */
public record Problem(String key, String found, String expected) {

  private static final int MAX_SHOWN = 80;

  /** The fault of a text value; the value is quoted and cut to one readable line. */
  static Problem ofText(String key, String text, String expected) {
    return new Problem(key, quote(text), expected);
  }

  /** One line: {@code key: found (expected …)}. */
  @Override
  public String toString() {
    return escape(key) + ": " + found + " (expected " + expected + ")";
  }

  static String quote(String text) {
    return '"' + escape(text) + '"';
  }

  private static String escape(String text) {
    String cut = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    return new String(JsonStringEncoder.getInstance().quoteAsString(cut));
  }
}
