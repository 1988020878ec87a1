package io.canarygateway.message;

import java.util.List;

/**
 * The outcomes of scored requests on one event loop since its last message. It never leaves the
 * process. Each loop sends one every 25 ms while a route has a release, whether there were requests
 * or not.
 *
 * @param source the event loop, unique within the process
 * @param routes the routes with a release
 */
public record ReleaseScores(String source, List<OfRoute> routes) {

  /**
   * Copies the list.
   *
   * @param source the event loop, unique within the process
   * @param routes the routes with a release
   */
  public ReleaseScores {
    routes = List.copyOf(routes);
  }

  /**
   * The outcomes of one route, in the order in which the requests were admitted.
   *
   * @param route the route's name; empty for the default route
   * @param version the version that is released
   * @param watermarkNanos the loop will send no more outcomes of requests that were admitted before
   *     this time, by {@link System#nanoTime}
   * @param canaryOpen whether the circuit breaker would let a request to canary now
   * @param segments the outcomes; a change of canary's share begins another segment
   */
  public record OfRoute(
      String route,
      String version,
      long watermarkNanos,
      boolean canaryOpen,
      List<Segment> segments) {

    /**
     * Copies the list.
     *
     * @param route the route's name; empty for the default route
     * @param version the version that is released
     * @param watermarkNanos the loop sends nothing older any more
     * @param canaryOpen whether the circuit breaker would let a request to canary now
     * @param segments the outcomes
     */
    public OfRoute {
      segments = List.copyOf(segments);
    }
  }

  /**
   * Outcomes under one share of canary. The receiver owns the arrays. Their first {@code size}
   * elements count.
   *
   * @param weight canary's share of new clients, in (0, 1)
   * @param size the number of outcomes
   * @param clients the assignment of each request's client, by {@link Double#doubleToLongBits}
   * @param admittedNanos the time of each request's head, by {@link System#nanoTime}
   * @param outcomes the outcome of each request, as {@code io.canarygateway.judge.Outcome} packs it
   */
  @SuppressWarnings("ArrayRecordComponent") // Boxes would be garbage on the way of each request.
  public record Segment(
      double weight, int size, long[] clients, long[] admittedNanos, byte[] outcomes) {}
}
