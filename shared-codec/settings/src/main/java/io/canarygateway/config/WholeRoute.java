package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.flags.JsonValue;
import java.util.Map;

/**
 * A whole route in one flag, {@code routes.NAME}. Single keys cover its members. Immutable.
 *
 * @param json the route in canonical form
 * @param values its members: the full names of flags to their canonical texts
 */
public record WholeRoute(JsonValue json, Map<String, String> values) {

  private static final String EXPECTED =
      "a route as JSON, with match, main-target and canary-target at least";

  /**
   * Copies the map.
   *
   * @param json the route in canonical form
   * @param values its members: the full names of flags to their canonical texts
   */
  public WholeRoute {
    values = Map.copyOf(values);
  }

  /**
   * Checks whether a flag holds a whole route.
   *
   * @param flag the name of any flag
   * @return whether it is {@code routes.NAME}
   */
  public static boolean isName(String flag) {
    return flag.startsWith(RouteFlags.PREFIX) && flag.indexOf('.', RouteFlags.PREFIX.length()) < 0;
  }

  /**
   * Reads the members of a route.
   *
   * @param flag the name of the flag, {@code routes.NAME}
   * @param text the value of the flag, which is valid
   * @return the full names of flags to their canonical texts
   */
  public static Map<String, String> values(String flag, String text) {
    return parse(flag, text).values();
  }

  static Flag<WholeRoute> flag(String name) {
    FlagType<WholeRoute> type =
        FlagTypes.of(
            "json",
            FlagType.JsonForm.JSON,
            EXPECTED,
            text -> parse(name, text),
            route -> route.json().text());
    return Flag.ofDynamic(
        name, type, null, "A whole route as JSON. Single keys cover its members.");
  }

  private static WholeRoute parse(String name, String text) {
    JsonValue json = JsonValue.parse(text);
    return new WholeRoute(json, ConfigReader.readRoute(name, json.toTree()));
  }
}
