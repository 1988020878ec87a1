package io.canarygateway.metrics;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.Settings;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.FlagReport.FlagState;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kill switch of a route as the page shows it: {@code canary-enabled} of the route. That of the
 * top level stops canary on all routes, whatever they set.
 *
 * @param flag the flag of the route
 * @param enabled whether canary may get requests
 * @param isOwn whether the route has stopped canary itself, so that only its own flag starts it
 * @param why who has stopped canary; empty if nobody has
 * @param start what starts canary again: {@code clear} the override, or {@code set} one
 * @param undo what undoes a stop: {@code clear} the override, or {@code set} the one from before
 */
record KillSwitch(
    String flag, boolean enabled, boolean isOwn, String why, String start, String undo) {

  /** The flag of the top level. */
  static final String TOP_LEVEL = "canary-enabled";

  private static final String OVERRIDE = "override";
  private static final String CLEAR = "clear";
  private static final String SET = "set";
  private static final String STOPPED = "false";

  static String flagOf(String route) {
    return route.isEmpty() ? TOP_LEVEL : Settings.wholeOf(route) + "." + TOP_LEVEL;
  }

  /** All these flags that are set, by name. */
  static Map<String, FlagState> flags(@Nullable FlagReport report) {
    Map<String, FlagState> flags = new HashMap<>();
    if (report != null) {
      for (FlagState flag : report.flags()) {
        if (flag.changed()
            && flag.name().endsWith(TOP_LEVEL)
            && flag.name().equals(flagOf(Settings.routeOf(flag.name()).orElse("")))) {
          flags.put(flag.name(), flag);
        }
      }
    }
    return flags;
  }

  /** The switch of the top level, which stops canary on all routes. */
  static KillSwitch ofTopLevel(boolean enabled, Map<String, FlagState> flags) {
    return of(RouteConfig.DEFAULT, enabled, flags);
  }

  /**
   * The switch of a route.
   *
   * @param enabled whether canary may get requests, by the settings in force
   * @param flags what {@link #flags} has found
   */
  static KillSwitch of(String route, boolean enabled, Map<String, FlagState> flags) {
    String name = flagOf(route);
    FlagState own = flags.get(name);
    FlagState top = flags.get(TOP_LEVEL);
    boolean byOverride = own != null && own.source().equals(OVERRIDE);
    boolean below =
        own == null
            || own.covered().isEmpty()
            || !own.covered().get(own.covered().size() - 1).value().equals(STOPPED);
    boolean forAll = !route.isEmpty() && stops(top);
    return new KillSwitch(
        name,
        enabled,
        stops(own),
        enabled ? "" : why(forAll ? top : own, forAll ? " for all routes" : ""),
        byOverride && below ? CLEAR : SET,
        byOverride && enabled ? SET : CLEAR);
  }

  private static boolean stops(@Nullable FlagState flag) {
    return flag != null && flag.currentValue().equals(STOPPED);
  }

  /** The flag and what undoes a stop, for the page's script. */
  public String entry() {
    return flag + "=" + undo;
  }

  private static String why(@Nullable FlagState deciding, String whose) {
    if (deciding == null) {
      return "stopped" + whose + " by " + TOP_LEVEL;
    }
    String where =
        deciding.source().equals(OVERRIDE)
            ? "an override"
            : deciding.source()
                + (deciding.origin().isEmpty() ? "" : " (" + deciding.origin() + ")");
    return "stopped"
        + whose
        + " by "
        + where
        + ", "
        + PageText.time(deciding.setAtMillis())
        + " UTC";
  }
}
