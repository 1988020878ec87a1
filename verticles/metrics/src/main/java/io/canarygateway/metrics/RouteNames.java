package io.canarygateway.metrics;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.snapshot.ConfigSnapshot;
import org.jspecify.annotations.Nullable;

/** The names of routes in paths of the API, where the default route is {@code default}. */
final class RouteNames {

  private static final String SHOWN = "default";

  private RouteNames() {}

  /**
   * The route that a path names. A route with the name {@code default} can be reached only while
   * there is no default route.
   */
  static String ofPath(String inPath, @Nullable ConfigSnapshot known) {
    return inPath.equals(SHOWN)
            && known != null
            && known.config().routes().find(RouteConfig.DEFAULT).isPresent()
        ? RouteConfig.DEFAULT
        : inPath;
  }

  static String shown(String route) {
    return route.isEmpty() ? SHOWN : route;
  }
}
