package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The changes of a filter to the headers of requests or responses. Immutable.
 *
 * @param set names to the values that replace all others
 * @param add names to values that are added to others
 * @param remove names that are removed
 */
public record HeaderChanges(Map<String, String> set, Map<String, String> add, List<String> remove) {

  /** No header is changed. */
  public static final HeaderChanges NONE = new HeaderChanges(Map.of(), Map.of(), List.of());

  static final String EXPECTED =
      "an object such as {\"set\": {\"X-Env\": \"canary\"}, \"add\": {}, \"remove\": [\"X-Debug\"]}";

  /**
   * Copies the collections.
   *
   * @param set names to the values that replace all others
   * @param add names to values that are added to others
   * @param remove names that are removed
   */
  public HeaderChanges {
    set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
    add = Collections.unmodifiableMap(new LinkedHashMap<>(add));
    remove = List.copyOf(remove);
  }

  static HeaderChanges read(JsonNode node) {
    JsonFields fields = new JsonFields("", node, Set.of("set", "add", "remove"));
    HeaderChanges changes =
        new HeaderChanges(
            fields.members(
                "set", HeaderNames::changed, HeaderNames.CHANGED_EXPECTED, HeaderNames::value),
            fields.members(
                "add", HeaderNames::changed, HeaderNames.CHANGED_EXPECTED, HeaderNames::value),
            fields
                .texts("remove", HeaderNames.CHANGED_EXPECTED, HeaderNames::changed)
                .orElse(List.of()));
    if (changes.replaced().size() != changes.set.size() + changes.remove.size()) {
      throw JsonFields.fault("set and remove", node, "each name only once, in any case");
    }
    return changes;
  }

  /** {@return the names, in lower case, of the headers of which no other value stays} */
  public Set<String> replaced() {
    return Stream.concat(set.keySet().stream(), remove.stream())
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** {@return whether no header is changed} */
  public boolean isEmpty() {
    return set.isEmpty() && add.isEmpty() && remove.isEmpty();
  }
}
