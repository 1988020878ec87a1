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
 * What users added; static.
 *
 * @param settings by the extension's name, its settings: a JSON object
 */
public record ExtensionsConfig(Map<String, String> settings) {

  /** The name of the setting. */
  public static final String KEY = "extensions";

  public ExtensionsConfig {
    settings = Map.copyOf(settings);
  }

  /** Which extensions the values name. */
  public static ExtensionsConfig of(FlagValues values) {
    Map<String, String> settings = new TreeMap<>();
    values
        .get(SourceSettings.EXTENSIONS)
        .toTree()
        .properties()
        .forEach(one -> settings.put(one.getKey(), one.getValue().toString()));
    return new ExtensionsConfig(settings);
  }

  /** An object with an object for each extension. */
  static FlagType<JsonValue> type() {
    return FlagTypes.of(
        "json",
        FlagType.JsonForm.JSON,
        "an object with an object of settings for each extension",
        ExtensionsConfig::parse,
        JsonValue::text,
        ExtensionsConfig::masked);
  }

  /** Which extensions there are may be seen; what they are told may be a secret. */
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
