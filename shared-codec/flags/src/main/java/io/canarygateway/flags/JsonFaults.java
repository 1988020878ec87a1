package io.canarygateway.flags;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Says why a text is no valid JSON. The parser's own messages name its classes and its settings,
 * which mean nothing to whoever wrote the text.
 */
public final class JsonFaults {

  private static final String FALLBACK = "valid JSON";

  /** A part of the parser's message, and what should stand in the text; the first match counts. */
  private static final List<Map.Entry<String, String>> EXPECTED =
      List.of(
          Map.entry("comment", "JSON, which has no comments"),
          Map.entry("Duplicate field", "each key only once"),
          Map.entry("('}'", "another key after the comma, or no comma"),
          Map.entry("(']'", "another value after the comma, or no comma"),
          Map.entry("start field name", "a key in double quotes"),
          Map.entry("colon", "a colon between key and value"),
          Map.entry("comma", "a comma or a closing bracket"),
          Map.entry("escape", "a backslash only before one of \" \\ / b f n r t u"),
          Map.entry("unquoted character", "a text without line breaks; \\n is one"),
          Map.entry("token", "a value; texts need double quotes"),
          Map.entry("numeric", "a number such as 0.5"));

  private JsonFaults() {}

  /**
   * Where in the text the parser stopped.
   *
   * @param fault the parser's exception
   * @return such as {@code line 3 column 5}; both count from 1
   */
  public static String place(JsonProcessingException fault) {
    return fault.getLocation() == null
        ? "the text"
        : "line "
            + fault.getLocation().getLineNr()
            + " column "
            + fault.getLocation().getColumnNr();
  }

  /**
   * What should stand at that place.
   *
   * @param fault the parser's exception
   * @return the end of a {@link Problem}
   */
  public static String expected(JsonProcessingException fault) {
    if (fault instanceof JsonEOFException) {
      return "a closing bracket or quote before the end";
    }
    if (fault instanceof StreamConstraintsException) {
      return "a text that is less deep or less long";
    }
    if (fault instanceof UnrecognizedPropertyException unknown) {
      return "no key " + Problem.quote(unknown.getPropertyName());
    }
    String message = String.valueOf(fault.getOriginalMessage());
    if (message.startsWith("Trailing token")) {
      return "nothing after the value";
    }
    if (fault instanceof JsonMappingException mapping) {
      return "another value" + at(mapping);
    }
    return EXPECTED.stream()
        .filter(entry -> message.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(FALLBACK);
  }

  private static String at(JsonMappingException fault) {
    String path =
        fault.getPath().stream()
            .map(
                step ->
                    step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "" : " of " + path;
  }

  /** One line for people: the place and what should stand there. */
  static String describe(JsonProcessingException fault) {
    return fault instanceof JsonMappingException
        ? "expected " + expected(fault)
        : place(fault) + ": expected " + expected(fault);
  }
}
