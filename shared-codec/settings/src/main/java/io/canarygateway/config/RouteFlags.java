package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagFamily;
import io.canarygateway.flags.FlagRegistry;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The flags of routes: {@code routes.NAME.KEY} for each key that a route may have, and {@code
 * routes.NAME} for a whole route as JSON. Immutable.
 */
final class RouteFlags implements FlagFamily {

  /** The beginning of the names of all these flags. */
  static final String PREFIX = "routes.";

  static final String NAME_EXPECTED =
      "a name of 1 to 63 of a to z, 0 to 9 and -, such as routes.shop";

  private static final String SECTION = "routes";
  private static final int MAX_NAME = 63;

  /** What a route may set, as flags of the top level by their names. */
  private final Map<String, Flag<?>> keys;

  private final Set<String> sections = new HashSet<>();

  private RouteFlags(Map<String, Flag<?>> keys) {
    this.keys = Map.copyOf(keys);
    for (String key : keys.keySet()) {
      for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
        sections.add(key.substring(0, dot));
      }
    }
  }

  /**
   * The flags of routes.
   *
   * @param topLevel the settings of the top level that a route inherits
   */
  static RouteFlags of(Map<String, Flag<?>> topLevel) {
    Map<String, Flag<?>> keys = new LinkedHashMap<>(topLevel);
    keys.putAll(RouteSettings.OF_ROUTES.flags());
    return new RouteFlags(keys);
  }

  /** What a route may set, by its name below {@code routes.NAME}. */
  Map<String, Flag<?>> keys() {
    return keys;
  }

  @Override
  public Optional<Flag<?>> find(String name) {
    String route = routeOf(name);
    if (route == null) {
      return Optional.empty();
    }
    int length = PREFIX.length() + route.length();
    if (name.length() == length) {
      return Optional.of(WholeRoute.flag(name));
    }
    Flag<?> key = keys.get(name.substring(length + 1));
    return key == null ? Optional.empty() : Optional.of(key.named(name));
  }

  @Override
  public boolean isSection(String name) {
    if (name.equals(SECTION)) {
      return true;
    }
    String route = routeOf(name);
    return route != null
        && (name.length() == PREFIX.length() + route.length()
            || sections.contains(name.substring(PREFIX.length() + route.length() + 1)));
  }

  @Override
  public Optional<String> nearest(String name) {
    if (!name.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String route = routeOf(name);
    if (route == null) {
      return Optional.of(NAME_EXPECTED);
    }
    String key = name.substring(Math.min(name.length(), PREFIX.length() + route.length() + 1));
    return Optional.of(PREFIX + route + "." + FlagRegistry.nearest(key, keys.keySet()));
  }

  /**
   * The route that a flag belongs to.
   *
   * @param flag the name of any flag
   * @return the route's name; null if the flag belongs to none
   */
  static @Nullable String routeOf(String flag) {
    if (!flag.startsWith(PREFIX)) {
      return null;
    }
    int dot = flag.indexOf('.', PREFIX.length());
    String route = flag.substring(PREFIX.length(), dot < 0 ? flag.length() : dot);
    return isName(route) ? route : null;
  }

  /** Checks a name by hand, because a change of one flag splits the names of all of them. */
  private static boolean isName(String route) {
    if (route.isEmpty() || route.length() > MAX_NAME || route.charAt(0) == '-') {
      return false;
    }
    for (int i = 0; i < route.length(); i++) {
      char c = route.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
        return false;
      }
    }
    return true;
  }
}
