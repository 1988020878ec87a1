package io.canarygateway.flags;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The content of {@code /debug/flagz}, as go-flagz has it.
 *
 * @param checksumStatic the {@link Checksum} of all static flags
 * @param checksumDynamic the {@link Checksum} of all dynamic flags
 * @param flags the flags in name order
 */
public record Flagz(String checksumStatic, String checksumDynamic, List<FlagView> flags) {

  /**
   * Copies the list.
   *
   * @param checksumStatic the {@link Checksum} of all static flags
   * @param checksumDynamic the {@link Checksum} of all dynamic flags
   * @param flags the flags in name order
   */
  public Flagz {
    flags = List.copyOf(flags);
  }

  /** {@return go-flagz's JSON document, with its field names and their meaning} */
  public String toJson() {
    return toJson(flag -> Map.of());
  }

  /**
   * go-flagz's JSON document with more fields for each flag, which go-flagz's readers ignore.
   *
   * @param more makes a flag's additional fields by name; a value is a text, or a list or map of
   *     values
   * @return the document
   */
  public String toJson(Function<FlagView, Map<String, ?>> more) {
    ObjectNode document = JsonText.MAPPER.createObjectNode();
    document.put("checksum_static", checksumStatic).put("checksum_dynamic", checksumDynamic);
    ArrayNode array = document.putArray("flags");
    for (FlagView flag : flags) {
      ObjectNode node = array.addObject();
      node.put("name", flag.name())
          .put("description", flag.usage())
          .put("current_value", flag.currentValue())
          .put("default_value", flag.defaultValue())
          .put("is_changed", flag.changed())
          .put("is_dynamic", flag.dynamic());
      more.apply(flag).forEach((name, value) -> node.set(name, JsonText.MAPPER.valueToTree(value)));
    }
    return JsonText.indented(document);
  }
}
