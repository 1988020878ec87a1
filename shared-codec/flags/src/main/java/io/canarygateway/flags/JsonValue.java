package io.canarygateway.flags;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A JSON value in canonical form: no spaces, the keys of objects in order. Immutable.
 *
 * @param text the canonical form
 */
public record JsonValue(String text) {

  /**
   * Brings a JSON text into canonical form.
   *
   * @param text one JSON value
   * @return the value
   * @throws IllegalArgumentException if the text is not one JSON value
   */
  public static JsonValue parse(String text) {
    return new JsonValue(JsonText.compact(JsonText.parse(text)));
  }

  /** {@return a new tree of the value, which the caller may change} */
  public JsonNode toTree() {
    return JsonText.parse(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
