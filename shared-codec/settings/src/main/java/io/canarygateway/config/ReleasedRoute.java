package io.canarygateway.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A route with a release, as the values of the flags have it before they are known to fit together.
 *
 * @param route the route's name; empty for the default route
 * @param version the version that is released; never empty
 * @param observes whether the release changes nothing
 * @param inheritsShare whether the top level sets a {@code rollout.canary} that the route has while
 *     it sets none itself
 */
public record ReleasedRoute(String route, String version, boolean observes, boolean inheritsShare) {

  private static final String VERSION = ReleaseSettings.VERSION.name();

  /**
   * Finds all routes with a release.
   *
   * @param values the values, each valid by itself
   * @return in no order
   */
  public static List<ReleasedRoute> of(FlagValues values) {
    Map<String, String> texts = values.texts();
    List<ReleasedRoute> found = new ArrayList<>();
    texts.forEach(
        (flag, version) -> {
          // Most flags are ruled out by their end, since every change looks at all of them.
          if (flag.endsWith(VERSION) && !version.isEmpty()) {
            String route = flag.equals(VERSION) ? RouteConfig.DEFAULT : RouteFlags.routeOf(flag);
            if (route != null
                && flag.equals(Settings.releaseVersionOf(route))
                && (route.isEmpty() || texts.containsKey(Settings.matchOf(route)))) {
              found.add(of(texts, route, version));
            }
          }
        });
    return found;
  }

  private static ReleasedRoute of(Map<String, String> texts, String route, String version) {
    String mode = ReleaseSettings.MODE.name();
    String own = route.isEmpty() ? mode : Settings.wholeOf(route) + "." + mode;
    String text = texts.getOrDefault(own, texts.get(mode));
    boolean observes =
        text != null && ReleaseSettings.MODE.type().parse(text) == ReleaseMode.OBSERVE;
    String share = Settings.ROLLOUT_CANARY.name();
    boolean inherits =
        !route.isEmpty()
            && texts.containsKey(share)
            && !RolloutConfig.notInherited(texts).contains(share);
    return new ReleasedRoute(route, version, observes, inherits);
  }
}
