package io.canarygateway.message;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * The outcomes of scored requests on one node since its last message. Each node publishes one every
 * 50 ms at {@link Addresses#CLUSTER_RELEASE_SCORES} while a route has a release, whether there were
 * requests or not. Times are ages at the moment of sending, since the clocks of machines differ.
 *
 * @param node the node
 * @param judging whether the node judges releases, and so may keep their evidence
 * @param routes the routes with a release
 */
public record NodeScores(String node, boolean judging, List<OfRoute> routes) {

  /** The bytes of one outcome in {@link Segment#outcomes}. */
  public static final int OUTCOME_BYTES = Long.BYTES + Integer.BYTES + 1;

  /**
   * Copies the list.
   *
   * @param node the node
   * @param judging whether the node judges releases
   * @param routes the routes with a release
   */
  public NodeScores {
    routes = List.copyOf(routes);
  }

  /**
   * The outcomes of one route.
   *
   * @param route the route's name; empty for the default route
   * @param version the version that is released
   * @param streams the outcomes of each event loop
   */
  public record OfRoute(String route, String version, List<Stream> streams) {

    /**
     * Copies the list.
     *
     * @param route the route's name
     * @param version the version
     * @param streams the outcomes of each event loop
     */
    public OfRoute {
      streams = List.copyOf(streams);
    }
  }

  /**
   * The outcomes of one event loop, in the order in which the requests were admitted.
   *
   * @param source the event loop, unique within the node
   * @param watermarkAgeMicros the loop sends no more outcomes of requests that were admitted longer
   *     ago than this, in microseconds
   * @param segments the outcomes; a change of canary's share begins another segment
   */
  public record Stream(String source, long watermarkAgeMicros, List<Segment> segments) {

    /**
     * Copies the list.
     *
     * @param source the event loop
     * @param watermarkAgeMicros the age of the watermark
     * @param segments the outcomes
     */
    public Stream {
      segments = List.copyOf(segments);
    }
  }

  /**
   * Outcomes under one share of canary.
   *
   * @param weight canary's share of new clients, in (0, 1)
   * @param outcomes for each request 13 bytes: the client's assignment (8), the age of its head in
   *     microseconds (4), and the outcome as {@code io.canarygateway.judge.Outcome} packs it (1)
   */
  public record Segment(double weight, Buffer outcomes) {}
}
