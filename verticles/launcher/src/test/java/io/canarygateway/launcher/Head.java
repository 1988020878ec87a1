package io.canarygateway.launcher;

import java.util.List;
import java.util.Locale;

/**
 * The head of a message, one character for each byte.
 *
 * @param text all of it, with the empty line at its end
 */
record Head(String text) {

  private static final String CRLF = "\r\n";

  /** The request line or the status line. */
  String line() {
    return text.substring(0, text.indexOf(CRLF));
  }

  /** The header lines as they came. */
  List<String> fields() {
    return List.of(text.substring(0, text.length() - CRLF.length()).split(CRLF)).stream()
        .skip(1)
        .toList();
  }

  /** The names of the headers in small letters, in their order. */
  List<String> names() {
    return fields().stream()
        .map(field -> field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT))
        .toList();
  }

  /** The values of a header, one for each line. */
  List<String> headers(String name) {
    String start = name + ":";
    return fields().stream()
        .filter(field -> field.regionMatches(true, 0, start, 0, start.length()))
        .map(field -> field.substring(start.length()).strip())
        .toList();
  }

  /** The value of a header's first line, or null. */
  String header(String name) {
    return headers(name).stream().findFirst().orElse(null);
  }

  boolean has(String name, String value) {
    return headers(name).stream().anyMatch(value::equalsIgnoreCase);
  }
}
