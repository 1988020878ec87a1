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
   * @param schema the value's form: a name in {@code $defs} of {@link ConfigSchema}
   * @param expected what a value has to look like
   * @param reader reads a value; throws as {@link JsonFields}
   */
  static <T> FlagType<JsonSetting<T>> type(
      String schema, String expected, Function<JsonNode, T> reader) {
    return FlagTypes.describe(
        FlagTypes.of(
            "json",
            FlagType.JsonForm.JSON,
            expected,
            text -> of(text, reader),
            setting -> setting.json().text()),
        ConfigSchema.part(schema));
  }

  /** The setting that a valid text makes. */
  static <T> JsonSetting<T> of(String text, Function<JsonNode, T> reader) {
    JsonValue json = JsonValue.parse(text);
    return new JsonSetting<>(json, reader.apply(json.toTree()));
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
