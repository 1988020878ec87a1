package io.canarygateway.flags;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A JSON value in its canonical form: no spaces, the keys of objects in order. Immutable.
 *
 * @param text the canonical form
 */
public record JsonValue(String text) {

  /**
   * Brings a JSON text into its canonical form.
   *
   * @throws IllegalArgumentException if it is not one JSON value
   */
  public static JsonValue parse(String text) {
    return new JsonValue(JsonText.compact(JsonText.parse(text)));
  }

  /** A tree of the value, the caller's own. */
  public JsonNode toTree() {
    return JsonText.parse(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
