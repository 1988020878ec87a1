package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.flags.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The extensions that a configuration names; static.
 *
 * @param settings the extensions' names to their settings, a JSON object each
 */
public record ExtensionsConfig(Map<String, String> settings) {

  /** The name of the setting. */
  public static final String KEY = "extensions";

  /**
   * Copies the map.
   *
   * @param settings the extensions' names to their settings, a JSON object each
   */
  public ExtensionsConfig {
    settings = Map.copyOf(settings);
  }

  /**
   * Reads the names and settings of extensions.
   *
   * @param values values that {@link GatewayConfig#of} accepts
   * @return the names and settings
   */
  public static ExtensionsConfig of(FlagValues values) {
    Map<String, String> settings = new TreeMap<>();
    values
        .required(SourceSettings.EXTENSIONS)
        .toTree()
        .properties()
        .forEach(one -> settings.put(one.getKey(), one.getValue().toString()));
    return new ExtensionsConfig(settings);
  }

  /** The type of the setting itself: an object that holds an object for each extension. */
  static FlagType<JsonValue> type() {
    return FlagTypes.describe(
        FlagTypes.of(
            "json",
            FlagType.JsonForm.JSON,
            "an object with an object of settings for each extension",
            ExtensionsConfig::parse,
            JsonValue::text,
            ExtensionsConfig::masked),
        ConfigSchema.part("extensions"));
  }

  /** The names are shown; the settings may be secret and are not. */
  private static String masked(JsonValue extensions) {
    JsonNode tree = extensions.toTree();
    List.copyOf(tree.properties())
        .forEach(
            one -> {
              if (!one.getValue().isEmpty()) {
                ((ObjectNode) tree).put(one.getKey(), "***");
              }
            });
    return JsonValue.parse(tree.toString()).text();
  }

  private static JsonValue parse(String text) {
    JsonValue value = JsonValue.parse(text);
    JsonNode tree = value.toTree();
    boolean good = tree.isObject();
    for (JsonNode settings : tree) {
      good &= settings.isObject();
    }
    if (!good) {
      throw new IllegalArgumentException("not an object of objects");
    }
    return value;
  }
}
