package io.canarygateway.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The texts of values, split by routes. A route exists if its {@code match} is set: other keys
 * alone do not make one. Immutable.
 *
 * @param topLevel the texts of the top level by flag
 * @param named the texts of each route by the names that the flags have at the top level
 */
record RouteTexts(Map<String, String> topLevel, SortedMap<String, Map<String, String>> named) {

  /**
   * What a route does not inherit. A redirect stands in place of targets: if the top level
   * redirects everything to HTTPS, a route with targets of its own still serves its requests.
   */
  private static final Set<String> OWN =
      Set.of(
          Settings.MAIN_TARGET.name(),
          Settings.CANARY_TARGET.name(),
          RouteSettings.REDIRECT.name());

  static RouteTexts of(FlagValues values) {
    Map<String, String> topLevel = new HashMap<>();
    SortedMap<String, Map<String, String>> named = new TreeMap<>();
    values
        .texts()
        .forEach(
            (flag, text) -> {
              String route = RouteFlags.routeOf(flag);
              int key = route == null ? 0 : RouteFlags.PREFIX.length() + route.length() + 1;
              if (route == null) {
                topLevel.put(flag, text);
              } else if (key < flag.length()) {
                named
                    .computeIfAbsent(route, added -> new HashMap<>())
                    .put(flag.substring(key), text);
              }
            });
    named.values().removeIf(texts -> !texts.containsKey(RouteSettings.MATCH.name()));
    return new RouteTexts(topLevel, named);
  }

  /** What a route sets and what it inherits, by the names of the top level. */
  FlagValues effective(Map<String, String> own) {
    Map<String, String> effective = new HashMap<>(topLevel);
    effective.keySet().removeAll(OWN);
    effective.putAll(own);
    return new FlagValues(effective);
  }
}
