package io.canarygateway.flagwatcher;

import io.canarygateway.message.RouteRollouts.OfRoute;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The last readings of rollouts by other nodes, for each route. On one context. */
final class NodeReadings {

  private static final int MAX_NODES = 1_000;

  /**
   * A reading.
   *
   * @param node the node that read it
   * @param rollouts the rollouts in canonical form
   * @param atNanos when it was read, by this node's clock
   */
  record Reading(String node, OfRoute rollouts, long atNanos) {
    /** The text of a flag of the top level; empty if the source does not set it. */
    String text(String key) {
      return key.equals(RolloutPoller.CANARY_FLAG) ? rollouts.canary() : rollouts.maintenance();
    }
  }

  private final Map<String, Map<String, Reading>> byRoute = new HashMap<>();

  /** Takes the newest reading of a node. */
  void put(Reading reading) {
    Map<String, Reading> ofRoute =
        byRoute.computeIfAbsent(reading.rollouts().route(), added -> new HashMap<>());
    if (ofRoute.size() < MAX_NODES || ofRoute.containsKey(reading.node())) {
      ofRoute.put(reading.node(), reading);
    }
  }

  /** The newest reading of a route with this application. */
  Optional<Reading> newest(String route, String application) {
    return byRoute.getOrDefault(route, Map.of()).values().stream()
        .filter(reading -> reading.rollouts().application().equals(application))
        .max(Comparator.comparingLong(Reading::atNanos));
  }

  /** Forgets the readings of a route that are too old. */
  void forgetOld(String route, Duration unhealthy, long now) {
    Map<String, Reading> ofRoute = byRoute.get(route);
    if (ofRoute != null) {
      ofRoute.values().removeIf(reading -> now - reading.atNanos() >= unhealthy.toNanos());
    }
  }

  /** Forgets all other routes. */
  void retain(Set<String> routes) {
    byRoute.keySet().retainAll(routes);
  }
}
