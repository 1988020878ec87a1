package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The strict reader of one JSON object. Each method throws an {@link IllegalArgumentException}
 * whose message is a {@link Problem}: the key, the value found and the value expected.
 */
final class JsonFields {

  private static final int MOST = 256;

  private final String path;
  private final JsonNode object;

  /**
   * Checks the form of an object.
   *
   * @param path the object's place in the document, for messages; may be empty
   * @param keys the keys that the object may have
   */
  JsonFields(String path, JsonNode object, Set<String> keys) {
    this.path = path;
    this.object = object;
    if (!object.isObject()) {
      throw fault(path.isEmpty() ? "value" : path, object, "an object of " + sorted(keys));
    }
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!keys.contains(name)) {
                throw fault(
                    key(name),
                    object.get(name),
                    "a known key; the nearest is " + key(FlagRegistry.nearest(name, keys)));
              }
            });
  }

  static IllegalArgumentException fault(String key, JsonNode found, String expected) {
    return new IllegalArgumentException(
        new Problem(key, JsonTexts.shown(found), expected).toString());
  }

  private static String sorted(Set<String> keys) {
    return String.join(", ", keys.stream().sorted().toList());
  }

  String key(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  boolean has(String name) {
    return object.hasNonNull(name);
  }

  JsonNode node(String name) {
    return object.path(name);
  }

  /** The value of a key; empty if the object does not have it. */
  <T> Optional<T> optional(String name, FlagType<T> type) {
    if (!has(name)) {
      return Optional.empty();
    }
    JsonNode value = node(name);
    String text = JsonTexts.of(value, type.jsonForm());
    try {
      if (text != null) {
        return Optional.of(type.parse(text));
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw fault(key(name), value, type.expected());
  }

  /** The elements of an array of strings; empty if the object does not have the key. */
  Optional<List<String>> texts(String name, String expected, Function<String, String> read) {
    if (!has(name)) {
      return Optional.empty();
    }
    JsonNode array = node(name);
    if (!array.isArray() || array.size() > MOST) {
      throw fault(key(name), array, "an array of at most " + MOST + ": " + expected);
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array) {
      texts.add(text(key(name), element, expected, read));
    }
    return Optional.of(List.copyOf(texts));
  }

  private static String text(
      String key, JsonNode element, String expected, Function<String, String> read) {
    try {
      if (element.isTextual()) {
        return read.apply(element.textValue());
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw fault(key, element, expected);
  }

  /**
   * The members of an object by name; empty if the object does not have the key.
   *
   * @param names reads a member's name
   * @param namesExpected what a name has to look like
   * @param values reads a member's value; gets its path
   */
  <T> Map<String, T> members(
      String name, Function<String, String> names, String namesExpected, MemberReader<T> values) {
    JsonNode members = node(name);
    Map<String, T> read = new LinkedHashMap<>();
    if (!has(name)) {
      return read;
    }
    if (!members.isObject() || members.size() > MOST) {
      throw fault(key(name), members, "an object of at most " + MOST + " names");
    }
    for (Map.Entry<String, JsonNode> member : members.properties()) {
      String memberName;
      try {
        memberName = names.apply(member.getKey());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            Problem.ofText(key(name), member.getKey(), namesExpected).toString(), e);
      }
      if (read.put(memberName, values.read(key(name) + "." + member.getKey(), member.getValue()))
          != null) {
        throw new IllegalArgumentException(
            Problem.ofText(key(name), member.getKey(), "each name only once").toString());
      }
    }
    return read;
  }

  /** The reader of a member's value. */
  interface MemberReader<T> {
    /** Reads a value; throws as all of this class. */
    T read(String path, JsonNode value);
  }
}
