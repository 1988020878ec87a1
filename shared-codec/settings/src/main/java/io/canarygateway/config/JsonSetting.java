package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.flags.JsonValue;
import java.util.function.Function;

/**
 * The value of a setting that is written as JSON. Two are equal if their JSON is. Immutable.
 *
 * @param json the JSON in canonical form
 * @param value what the JSON says
 * @param <T> the type of the value; immutable
 */
record JsonSetting<T>(JsonValue json, T value) {

  /**
   * The type of such settings.
   *
   * @param expected what a value has to look like
   * @param reader reads a value; throws as {@link JsonFields}
   */
  static <T> FlagType<JsonSetting<T>> type(String expected, Function<JsonNode, T> reader) {
    return FlagTypes.of(
        "json",
        FlagType.JsonForm.JSON,
        expected,
        text -> {
          JsonValue json = JsonValue.parse(text);
          return new JsonSetting<>(json, reader.apply(json.toTree()));
        },
        setting -> setting.json().text());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonSetting<?> setting && setting.json.equals(json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }
}
