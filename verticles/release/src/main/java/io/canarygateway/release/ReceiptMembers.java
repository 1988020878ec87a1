package io.canarygateway.release;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object of a receipt. Each must be there, be of its type and in its range,
 * and no others may be there. A fault is one line: {@code counts[0].weight: 2 (expected …)}.
 */
final class ReceiptMembers {

  private static final int MAX_SHOWN = 60;

  private final String path;
  private final JsonNode object;

  /**
   * Checks that a value is an object with these members and no others.
   *
   * @param path where the object is, such as {@code counts[0]}; empty for the receipt itself
   */
  ReceiptMembers(String path, JsonNode object, Set<String> names) {
    this.path = path;
    this.object = object;
    if (!object.isObject()) {
      throw fault(path.isEmpty() ? "receipt" : path, object, "an object");
    }
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!names.contains(name)) {
                throw fault(at(cut(name)), object.get(name), "no such member");
              }
            });
  }

  /** A fault in one line, whatever the value contains. */
  static IllegalArgumentException fault(String path, @Nullable JsonNode value, String expected) {
    String shown = value == null || value.isMissingNode() ? "nothing" : cut(value.toString());
    return new IllegalArgumentException(path + ": " + shown + " (expected " + expected + ")");
  }

  /** Jackson escapes control characters in values; names are escaped here. */
  private static String cut(String text) {
    String one = text.replaceAll(Words.NOT_OF_A_LINE, "?");
    return one.length() > MAX_SHOWN ? one.substring(0, MAX_SHOWN) + "…" : one;
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private JsonNode node(String name) {
    return object.path(name);
  }

  ReceiptMembers object(String name, Set<String> names) {
    return new ReceiptMembers(at(name), node(name), names);
  }

  /** A text on one line, so that it can be printed on a terminal. */
  String text(String name, int longest) {
    JsonNode node = node(name);
    String text = node.textValue();
    if (text == null
        || text.codePointCount(0, text.length()) > longest
        || !text.equals(text.replaceAll(Words.NOT_OF_A_LINE, ""))) {
      throw fault(at(name), node, "a line of at most " + longest + " characters");
    }
    return text;
  }

  String oneOf(String name, List<String> texts) {
    JsonNode node = node(name);
    if (!node.isTextual() || !texts.contains(node.textValue())) {
      throw fault(at(name), node, "one of " + String.join(", ", texts));
    }
    return node.textValue();
  }

  boolean flag(String name) {
    JsonNode node = node(name);
    if (!node.isBoolean()) {
      throw fault(at(name), node, "true or false");
    }
    return node.booleanValue();
  }

  long whole(String name, long least, long most) {
    return whole(at(name), node(name), least, most);
  }

  private static long whole(String path, JsonNode node, long least, long most) {
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < least
        || node.longValue() > most) {
      throw fault(path, node, "a whole number, " + least + " to " + most);
    }
    return node.longValue();
  }

  List<Long> wholes(String name, int size, long least, long most) {
    return list(
        name, size, size, "a list of " + size, (path, each) -> whole(path, each, least, most));
  }

  double number(String name) {
    JsonNode node = node(name);
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw fault(at(name), node, "a finite number");
    }
    return node.doubleValue();
  }

  double number(String name, double least, double most) {
    double value = number(name);
    if (value < least || value > most) {
      throw fault(at(name), node(name), "a number, " + least + " to " + most);
    }
    return value;
  }

  /** A share of clients that compares canary with main. */
  double share(String name) {
    double value = number(name);
    if (!(value > 0 && value < 1)) {
      throw fault(at(name), node(name), "a number above 0 and below 1");
    }
    return value;
  }

  <T> List<T> list(
      String name, int fewest, int most, String expected, BiFunction<String, JsonNode, T> read) {
    JsonNode node = node(name);
    if (!node.isArray()) {
      throw fault(at(name), node, expected);
    }
    if (node.size() < fewest || node.size() > most) {
      throw new IllegalArgumentException(
          at(name) + ": a list of " + node.size() + " (expected " + expected + ")");
    }
    List<T> all = new ArrayList<>();
    for (JsonNode each : node) {
      all.add(read.apply(at(name) + "[" + all.size() + "]", each));
    }
    return all;
  }
}
