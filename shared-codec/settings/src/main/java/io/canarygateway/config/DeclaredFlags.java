package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.flags.JsonValue;
import io.canarygateway.flags.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The flags of {@code flags.declare}: names to {@code {type, default, usage, min, max, pattern,
 * min-elements, schema, secret}}. All are dynamic.
 *
 * <p>Without a default a flag has the empty value of its type, as Go's zero values. If that value
 * is not valid, the flag has no value.
 */
final class DeclaredFlags {

  private static final String SECTION = "flags.declare";
  private static final Set<String> KEYS_OF_ALL = Set.of("type", "default", "usage", "secret");

  private final List<Flag<?>> flags = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  private DeclaredFlags() {}

  /** The type of the setting itself: JSON that is shown without the defaults of secrets. */
  static FlagType<JsonValue> type() {
    return FlagTypes.describe(
        FlagTypes.of(
            "json",
            FlagType.JsonForm.JSON,
            "an object of declarations",
            JsonValue::parse,
            JsonValue::text,
            DeclaredFlags::masked),
        ConfigSchema.part("declarations"));
  }

  private static String masked(JsonValue declarations) {
    JsonNode tree = declarations.toTree();
    for (JsonNode declaration : tree) {
      if (declaration.path("secret").asBoolean() && declaration.has("default")) {
        ((ObjectNode) declaration).put("default", "***");
      }
    }
    return JsonValue.parse(tree.toString()).text();
  }

  /** The flags of declarations that are known to be valid. */
  static List<Flag<?>> of(JsonValue declarations) {
    return read(declarations.toTree(), new ArrayList<>());
  }

  /**
   * Reads declarations and leaves out invalid ones.
   *
   * @param problems gets every problem
   */
  static List<Flag<?>> read(JsonNode declarations, Collection<Problem> problems) {
    DeclaredFlags reader = new DeclaredFlags();
    if (declarations.isObject()) {
      declarations.properties().forEach(one -> reader.declare(one.getKey(), one.getValue()));
    } else {
      reader.problems.add(new Problem(SECTION, JsonTexts.shown(declarations), "an object"));
    }
    problems.addAll(reader.problems);
    return reader.flags;
  }

  private void declare(String name, JsonNode node) {
    int before = problems.size();
    String key = SECTION + "." + name;
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}")) {
      problems.add(
          new Problem(SECTION, Problem.quote(name), "a name of letters, digits, '.', '_' and '-'"));
      return;
    }
    checkName(key, name);
    if (!node.isObject()) {
      problems.add(new Problem(key, JsonTexts.shown(node), "an object with a type"));
      return;
    }
    Declaration.Type type = null;
    for (Declaration.Type known : Declaration.Type.values()) {
      if (known.label.equals(node.path("type").asText())) {
        type = known;
      }
    }
    if (type == null) {
      problems.add(
          new Problem(
              key + ".type",
              JsonTexts.shown(node.path("type")),
              "one of " + Declaration.Type.NAMES));
      return;
    }
    for (String field : new TreeSet<>(names(node))) {
      if (!KEYS_OF_ALL.contains(field) && !type.keys.contains(field)) {
        Set<String> known = new TreeSet<>(KEYS_OF_ALL);
        known.addAll(type.keys);
        problems.add(
            new Problem(
                key + "." + field,
                JsonTexts.shown(node.get(field)),
                "one of " + String.join(", ", known) + " for the type " + type.label));
      }
    }
    String usage = optional(key + ".usage", node.get("usage"), JsonNode::isTextual, "a string", "");
    boolean secret =
        optional(key + ".secret", node.get("secret"), JsonNode::isBoolean, "true or false", false)
            .equals(true);
    if (problems.size() == before) {
      new Declaration(key, name, node, usage, secret, type, flags, problems).add();
    }
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @SuppressWarnings("unchecked")
  private <V> V optional(
      String key, @Nullable JsonNode node, Predicate<JsonNode> fits, String expected, V otherwise) {
    if (node == null || node.isNull()) {
      return otherwise;
    }
    if (!fits.test(node)) {
      problems.add(new Problem(key, JsonTexts.shown(node), expected));
      return otherwise;
    }
    return (V) (node.isBoolean() ? node.asBoolean() : node.asText());
  }

  /** Refuses the name of a setting, a section or a companion. */
  private void checkName(String key, String name) {
    if (Settings.ofDocumentOnly(name)) {
      problems.add(
          new Problem(key, Problem.quote(name), "a name outside of the gateway's own sections"));
      return;
    }
    List<String> taken = new ArrayList<>(Settings.byName().keySet());
    flags.forEach(flag -> taken.add(flag.name()));
    for (String other : taken) {
      if (other.equals(name)
          || other.startsWith(name + ".")
          || name.startsWith(other + ".")
          || name.equals(other + FlagRegistry.COMPANION)
          || other.equals(name + FlagRegistry.COMPANION)) {
        problems.add(
            new Problem(key, Problem.quote(name), "a name that does not clash with " + other));
        return;
      }
    }
  }
}
