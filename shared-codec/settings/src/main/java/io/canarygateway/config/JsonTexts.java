package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.flags.Csv;
import io.canarygateway.flags.FlagType.JsonForm;
import io.canarygateway.flags.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Conversion of values in a JSON document to the text form of flags. */
final class JsonTexts {

  private JsonTexts() {}

  /** The text form of a value, or null if the JSON value has the wrong form. */
  static @Nullable String of(JsonNode node, JsonForm form) {
    if (node.isTextual()) {
      return node.textValue();
    }
    boolean fits =
        switch (form) {
          case STRING -> false;
          case NUMBER -> node.isNumber();
          case BOOLEAN -> node.isBoolean();
          case STRING_ARRAY -> node.isArray();
          case JSON -> true;
        };
    if (!fits) {
      return null;
    }
    return form == JsonForm.STRING_ARRAY
        ? csv(node)
        : form == JsonForm.JSON ? node.toString() : node.asText();
  }

  private static @Nullable String csv(JsonNode array) {
    List<String> elements = new ArrayList<>();
    for (JsonNode element : array) {
      if (!element.isTextual()) {
        return null;
      }
      elements.add(element.textValue());
    }
    return Csv.format(elements);
  }

  /** A value in the form that an error shows. */
  static String shown(JsonNode node) {
    return node.isObject()
        ? "an object"
        : node.isArray()
            ? "an array"
            : node.isTextual()
                ? Problem.quote(node.textValue())
                : node.isMissingNode() ? "nothing" : node.asText();
  }
}
