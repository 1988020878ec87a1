package io.canarygateway.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.canarygateway.flags.Csv;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.FlagType.JsonForm;
import io.canarygateway.flags.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The JSON Schema of the configuration document, made from the settings. Editors complete and check
 * a document by it.
 *
 * <p>{@link ConfigReader} stays the judge: it also checks what settings mean together. The schema
 * refuses nothing that it accepts, with three exceptions: {@code null} for "not set", a dotted key
 * such as {@code "rollout.canary"} in place of its sections, and a route's {@code match_path}.
 */
public final class ConfigSchema {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final String PARTS = "schema-parts.json";
  private static final String DEFINITIONS = "#/$defs/";

  private ConfigSchema() {}

  /**
   * What the type of a setting says of a value whose form is one of {@code schema-parts.json}.
   *
   * @param name the name of the part
   */
  static Map<String, Object> part(String name) {
    return Map.of("$ref", DEFINITIONS + name);
  }

  /** {@return the schema of draft 2020-12 as indented JSON, ending with a line break} */
  public static String text() {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Configuration of canary-gateway");
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties
        .putObject(ConfigReader.SCHEMA)
        .put("type", "string")
        .put("description", "The place of this schema, for editors.");
    Settings.byName()
        .values()
        .forEach(flag -> section(properties, flag.name()).set(last(flag.name()), property(flag)));
    properties.set("routes", routes());
    properties.forEach(ConfigSchema::close);
    refuseUnknownKeys(schema, properties);
    ObjectNode definitions = parts();
    definitions.set("route", route());
    schema.set("$defs", definitions);
    try {
      return JSON.writeValueAsString(schema) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree cannot fail to be written", e);
    }
  }

  private static ObjectNode parts() {
    try (InputStream in = ConfigSchema.class.getResourceAsStream(PARTS)) {
      return (ObjectNode) JSON.readTree(Objects.requireNonNull(in, PARTS));
    } catch (IOException e) {
      throw new IllegalStateException("the parts of the schema belong to the jar", e);
    }
  }

  /** The properties of the section that a flag belongs to. */
  private static ObjectNode section(ObjectNode properties, String name) {
    ObjectNode section = properties;
    String[] path = name.split("\\.");
    for (int i = 0; i < path.length - 1; i++) {
      section = section.withObject("/" + path[i]).put("type", "object").withObject("/properties");
    }
    return section;
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Each section has its keys and their companions, which name files, and no others. */
  private static void close(JsonNode node) {
    if (node.get("properties") instanceof ObjectNode properties
        && node instanceof ObjectNode section) {
      properties.forEach(ConfigSchema::close);
      section.putObject("patternProperties").set(companions(properties), file());
      section.put("additionalProperties", false);
    }
  }

  private static ObjectNode file() {
    return JSON.createObjectNode()
        .put("type", "string")
        .put("description", "Path of a file that holds the value.");
  }

  /** The keys that name a file: those of flags, which hold letters, digits and {@code -} only. */
  private static String companions(ObjectNode properties) {
    return properties.properties().stream()
        .filter(
            one ->
                (one.getValue().has("description") || one.getValue().has("$ref"))
                    && !one.getValue().has("propertyNames"))
        .map(Map.Entry::getKey)
        .filter(key -> !key.equals(ConfigReader.SCHEMA))
        .collect(Collectors.joining("|", "^(", ")" + FlagRegistry.COMPANION + "$"));
  }

  /** The values of declared flags stand in the document too, and their names can be anything. */
  private static void refuseUnknownKeys(ObjectNode schema, ObjectNode properties) {
    schema.putObject("patternProperties").set(companions(properties), file());
    ObjectNode declares = schema.putObject("if");
    declares.putArray("required").add("flags");
    declares.putObject("properties").putObject("flags").putArray("required").add("declare");
    ArrayNode known = JSON.createArrayNode();
    properties.fieldNames().forEachRemaining(known::add);
    ObjectNode names = schema.putObject("else").putObject("propertyNames");
    ArrayNode either = names.putArray("anyOf");
    either.addObject().set("enum", known);
    either.addObject().put("pattern", companions(properties));
  }

  private static ObjectNode routes() {
    ObjectNode routes = JSON.createObjectNode();
    routes.put("description", "Routes by their names: many services in one gateway.");
    routes.put("type", "object");
    routes.putObject("propertyNames").put("pattern", "^[a-z0-9][a-z0-9-]{0,62}$");
    routes.putObject("additionalProperties").put("$ref", DEFINITIONS + "route");
    return routes;
  }

  /** What a route inherits is described where the top level has it. */
  private static ObjectNode route() {
    ObjectNode route = JSON.createObjectNode();
    route.putArray("type").add("object").add("string");
    route.putArray("required").add("match");
    ObjectNode properties = route.putObject("properties");
    new TreeMap<>(Settings.ofRoute())
        .forEach(
            (name, flag) ->
                section(properties, name)
                    .set(
                        last(name),
                        RouteSettings.OF_ROUTES.flags().containsKey(name)
                            ? property(flag)
                            : JSON.createObjectNode()
                                .put("$ref", "#/properties/" + name.replace(".", "/properties/"))));
    close(route);
    return route;
  }

  private static <T> ObjectNode property(Flag<T> flag) {
    ObjectNode property = JSON.createObjectNode();
    property.put("description", flag.usage());
    JsonForm form = flag.type().jsonForm();
    if (form == JsonForm.STRING) {
      property.put("type", "string");
    } else if (form != JsonForm.JSON) {
      property.putArray("type").add(name(form, flag.type().name())).add("string");
    }
    if (form == JsonForm.STRING_ARRAY) {
      property.putObject("items").put("type", "string");
    }
    constrain(property, flag.type().schema());
    Validator<? super T> validator = flag.validator();
    constrain(property, validator == null ? Map.of() : validator.schema());
    T byDefault = flag.defaultValue();
    if (byDefault == null) {
      allowEmpty(property);
    } else {
      property.set("default", value(flag.type().format(byDefault), flag));
    }
    return property;
  }

  private static String name(JsonForm form, String type) {
    return switch (form) {
      case NUMBER -> type.equals("int64") ? "integer" : "number";
      case BOOLEAN -> "boolean";
      default -> "array";
    };
  }

  /** Sets keywords in the order of their names, so that the text is the same each time. */
  private static void constrain(ObjectNode property, Map<String, Object> keywords) {
    new TreeMap<>(keywords)
        .forEach(
            (keyword, value) -> {
              if (value instanceof Map<?, ?> && property.get(keyword) instanceof ObjectNode old) {
                old.setAll((ObjectNode) JSON.valueToTree(new TreeMap<>((Map<?, ?>) value)));
              } else {
                property.set(keyword, JSON.valueToTree(value));
              }
            });
  }

  /** An empty text means "not set" where there is no default, as in canary-router. */
  private static void allowEmpty(ObjectNode property) {
    if (property.has("pattern")) {
      property.put("pattern", "^$|" + property.get("pattern").asText());
    }
    if (property.get("enum") instanceof ArrayNode values) {
      values.add("");
    }
  }

  private static JsonNode value(String text, Flag<?> flag) {
    return switch (flag.type().jsonForm()) {
      case STRING -> JSON.getNodeFactory().textNode(text);
      case BOOLEAN -> JSON.getNodeFactory().booleanNode(Boolean.parseBoolean(text));
      case STRING_ARRAY -> JSON.valueToTree(Csv.parse(text));
      case NUMBER ->
          flag.type().name().equals("duration")
              ? JSON.getNodeFactory().textNode(text)
              : JSON.getNodeFactory().numberNode(new BigDecimal(text));
      case JSON -> tree(text);
    };
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a default is valid", e);
    }
  }
}
