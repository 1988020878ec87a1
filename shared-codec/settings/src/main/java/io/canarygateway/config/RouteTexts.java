package io.canarygateway.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The texts of values, split by routes. A route exists if its {@code match} is set: other keys
 * alone do not make one. Immutable.
 *
 * @param topLevel the texts of the top level by flag
 * @param inherited those of them that a route inherits or depends on
 * @param named the texts of each route by the names that the flags have at the top level
 */
record RouteTexts(
    Map<String, String> topLevel,
    Map<String, String> inherited,
    SortedMap<String, Map<String, String>> named) {

  /**
   * What a route does not inherit. A redirect stands in place of targets: if the top level
   * redirects everything to HTTPS, a route with targets of its own still serves its requests. The
   * version of the top level's canary says nothing about the canary of a route. A new generation
   * gives one breaker room for errors anew, because one canary was mended.
   */
  private static final Set<String> OWN =
      Set.of(
          Settings.MAIN_TARGET.name(),
          Settings.CANARY_TARGET.name(),
          RouteSettings.REDIRECT.name(),
          CanarySettings.GENERATION.name(),
          ReleaseSettings.VERSION.name());

  private static final String KILL_SWITCH = CanarySettings.CANARY_ENABLED.name();
  private static final String STOPPED = "false";

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
    return new RouteTexts(topLevel, inherited(topLevel), named);
  }

  private static Map<String, String> inherited(Map<String, String> topLevel) {
    Set<String> without = RolloutConfig.notInherited(topLevel);
    Map<String, String> inherited = new HashMap<>(topLevel);
    inherited
        .keySet()
        .removeIf(name -> OWN.contains(name) || without.contains(name) || !matters(name));
    return inherited;
  }

  /**
   * Whether a key of the top level may matter for a route. The users' own flags do not, and neither
   * do the log's settings and the sidecar's connections, which all routes share.
   */
  private static boolean matters(String name) {
    return Settings.byName().containsKey(name)
        && !name.startsWith("log.")
        && !name.startsWith("proxy-client.to-sidecar.");
  }

  /**
   * What a route sets and what it inherits, by the names of the top level. Where the top level has
   * stopped canary, a route cannot start it: one switch sends everything to main.
   */
  FlagValues effective(Map<String, String> own) {
    Map<String, String> effective = new HashMap<>(inherited);
    effective.putAll(own);
    if (STOPPED.equals(inherited.get(KILL_SWITCH))) {
      effective.put(KILL_SWITCH, STOPPED);
    }
    return new FlagValues(effective);
  }

  /** Whether a route sets all these keys itself, so that changes of the top level do not count. */
  static boolean covers(Map<String, String> own, Set<String> keys) {
    return own.keySet().containsAll(keys) && !keys.contains(KILL_SWITCH);
  }

  /** The keys that routes inherit or depend on, and that have another value than before. */
  Set<String> changedTopLevel(RouteTexts before) {
    Set<String> names = new HashSet<>(inherited.keySet());
    names.addAll(before.inherited.keySet());
    names.removeIf(name -> Objects.equals(inherited.get(name), before.inherited.get(name)));
    return names;
  }

  /** Whether the same routes exist as before, and match the same requests. */
  boolean matchesAsBefore(RouteTexts before) {
    return named.keySet().equals(before.named.keySet())
        && named.entrySet().stream()
            .allMatch(
                route ->
                    matchOf(route.getValue())
                        .equals(matchOf(Objects.requireNonNull(before.named.get(route.getKey())))));
  }

  /** The text of the match of a route. */
  private static String matchOf(Map<String, String> own) {
    return Objects.requireNonNull(own.get(RouteSettings.MATCH.name()));
  }
}
