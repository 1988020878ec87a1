package io.canarygateway.message;

import java.util.List;

/**
 * The rollouts of routes that a node read from a source, published for nodes whose own source
 * cannot be reached. Those of the default route are in {@link RolloutReport}, which earlier
 * versions know too.
 *
 * @param node the id of the node that read them
 * @param source the name of the source, such as {@code dynamodb}
 * @param routes the routes whose rollouts could be read
 */
public record RouteRollouts(String node, String source, List<OfRoute> routes) {

  /**
   * Copies the list.
   *
   * @param node the id of the node that read them
   * @param source the name of the source, such as {@code dynamodb}
   * @param routes the routes whose rollouts could be read
   */
  public RouteRollouts {
    routes = List.copyOf(routes);
  }

  /**
   * The rollouts of one route.
   *
   * @param route the route's name
   * @param application the route's application on that node
   * @param canary the text of its {@code rollout.canary}; empty if the source does not set it
   * @param maintenance the text of its {@code rollout.maintenance}; empty if the source does not
   *     set it
   * @param ageMillis the age of the reading in ms when this message was sent, at least 0
   */
  public record OfRoute(
      String route, String application, String canary, String maintenance, long ageMillis) {}
}
