package io.canarygateway.message;

import java.util.List;

/**
 * Canary's shares of clients that releases have decided: the layer {@code release}. It holds all
 * routes with a release whose state is known, and never leaves the process. A route with a release
 * that is not in it has the share 0.
 *
 * @param routes the routes
 */
public record ReleaseWeights(List<OfRoute> routes) {

  /** No release is known. */
  public static final ReleaseWeights NONE = new ReleaseWeights(List.of());

  /**
   * Copies the list.
   *
   * @param routes the routes
   */
  public ReleaseWeights {
    routes = List.copyOf(routes);
  }

  /**
   * The share of one route.
   *
   * @param route the route's name; empty for the default route
   * @param version the version for which it was decided; for another version the share is 0
   * @param weight canary's share, 0 to 1
   * @param ifUnset whether the share is in force only if no lower layer sets {@code rollout.canary}
   * @param origin where the value comes from, for people, such as {@code v2, step 2 of 4}
   */
  public record OfRoute(
      String route, String version, double weight, boolean ifUnset, String origin) {}
}
