package io.canarygateway.store;

import java.util.List;

/**
 * The place of a state in each engine. Immutable. Engines encode what their names cannot have, and
 * replace the end of a name that is too long by its hash; so two keys never share a state.
 *
 * @param path the path below {@code /gateway/} in etcd, and below the directory of a file store;
 *     its segments may contain any character
 * @param application the hash key of DynamoDB's item, the same as that of the rollout
 * @param version the range key of DynamoDB's item, such as {@code breaker:2}
 */
public record StateKey(List<String> path, String application, String version) {

  /**
   * Copies the path.
   *
   * @param path the path below {@code /gateway/} in etcd, and below the directory of a file store;
   *     its segments may contain any character
   * @param application the hash key of DynamoDB's item, the same as that of the rollout
   * @param version the range key of DynamoDB's item, such as {@code breaker:2}
   * @throws IllegalArgumentException if the path has no segment
   */
  public StateKey {
    if (path.isEmpty()) {
      throw new IllegalArgumentException("a key needs a path");
    }
    path = List.copyOf(path);
  }

  /**
   * The counts of the circuit breaker of the default route.
   *
   * @param cluster the name of the cluster that shares the counts
   * @param application the application of the rollout
   * @param generation the breaker's generation
   * @return the key
   */
  public static StateKey breaker(String cluster, String application, String generation) {
    return new StateKey(
        List.of("breakers", cluster, generation), application, "breaker:" + generation);
  }

  /**
   * The counts of the circuit breaker of a named route whose application bears its name.
   *
   * @param cluster the name of the cluster that shares the counts
   * @param application the application of the route's rollout
   * @param generation the breaker's generation
   * @return the key
   */
  public static StateKey routeBreaker(String cluster, String application, String generation) {
    return new StateKey(
        List.of("breakers", cluster, application, generation),
        application,
        "breaker:" + generation);
  }

  /**
   * The counts of the circuit breaker of a named route that may share its application with other
   * routes.
   *
   * @param cluster the name of the cluster that shares the counts
   * @param application the application of the route's rollout
   * @param route the route's name
   * @param generation the breaker's generation
   * @return the key
   */
  public static StateKey routeBreaker(
      String cluster, String application, String route, String generation) {
    return new StateKey(
        List.of("breakers", cluster, application, route, generation),
        application,
        "breaker/" + route + ":" + generation);
  }
}
