package io.canarygateway.release;

import io.canarygateway.message.NodeScores;
import io.canarygateway.message.ReleaseScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What other nodes do not have yet of the releases of this node. On one context. */
final class Outboxes {

  /** The most outcomes of one message, which then has 260 kB. */
  static final int MOST_OUTCOMES = 20_000;

  /** An event loop that was not heard for so long is gone. */
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Map<String, OfRoute> routes = new TreeMap<>();
  private long dropped;

  private record OfRoute(String version, Map<String, Outbox> loops) {}

  /**
   * Takes the releases that there are.
   *
   * @param versions the versions by route
   */
  void use(Map<String, String> versions) {
    routes
        .entrySet()
        .removeIf(each -> !each.getValue().version.equals(versions.get(each.getKey())));
    versions.forEach(
        (route, version) ->
            routes.computeIfAbsent(route, added -> new OfRoute(version, new TreeMap<>())));
  }

  /** Copies what one event loop has sent. */
  void add(String source, ReleaseScores.OfRoute scores, Outbox.Filter filter, long nowNanos) {
    OfRoute route = routes.get(scores.route());
    if (route != null && route.version.equals(scores.version())) {
      dropped +=
          route.loops.computeIfAbsent(source, added -> new Outbox()).add(scores, filter, nowNanos);
    }
  }

  /** Takes what fits into the next message. */
  List<NodeScores.OfRoute> take(long nowNanos) {
    List<NodeScores.OfRoute> taken = new ArrayList<>();
    int left = MOST_OUTCOMES;
    for (Map.Entry<String, OfRoute> each : routes.entrySet()) {
      OfRoute route = each.getValue();
      route.loops.values().removeIf(loop -> nowNanos - loop.heardNanos() > SILENT_NANOS);
      List<NodeScores.Stream> streams = new ArrayList<>();
      for (Map.Entry<String, Outbox> loop : route.loops.entrySet()) {
        NodeScores.Stream stream = loop.getValue().take(loop.getKey(), left, nowNanos);
        left -= outcomes(stream);
        streams.add(stream);
      }
      taken.add(new NodeScores.OfRoute(each.getKey(), route.version, streams));
    }
    return taken;
  }

  private static int outcomes(NodeScores.Stream stream) {
    return stream.segments().stream()
        .mapToInt(segment -> segment.outcomes().length() / NodeScores.OUTCOME_BYTES)
        .sum();
  }

  /** How many outcomes were dropped because too many waited. */
  long dropped() {
    return dropped;
  }
}
