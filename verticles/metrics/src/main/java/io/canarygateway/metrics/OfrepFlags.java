package io.canarygateway.metrics;

import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.message.BreakerTrips;
import io.canarygateway.snapshot.ConfigSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that OFREP can evaluate, at one moment. Immutable.
 *
 * @param revision the revision of the settings
 * @param declared the evaluations of declared flags; they depend on no context
 * @param canary the flags of routes, by name: {@code canary} and {@code canary.ROUTE}
 */
record OfrepFlags(
    long revision, SortedMap<String, Evaluation> declared, SortedMap<String, CanaryFlag> canary) {

  private static final String CANARY = "canary";

  /**
   * The flags of a snapshot.
   *
   * @param declared the evaluations of its declared flags
   * @param trips the circuit breakers that are open
   * @param reverted the routes whose release was reverted
   */
  static OfrepFlags of(
      ConfigSnapshot snapshot,
      SortedMap<String, Evaluation> declared,
      BreakerTrips trips,
      Set<String> reverted) {
    GatewayConfig config = snapshot.config();
    SortedMap<String, CanaryFlag> canary = new TreeMap<>();
    // The top level has its flag also without targets, as it has its daemon.
    canary.put(
        CANARY,
        CanaryFlag.of(
            config.routing(),
            config.rollout(),
            config.daemon().application(),
            isOpen(trips, RouteConfig.DEFAULT),
            reverted.contains(RouteConfig.DEFAULT)));
    for (RouteConfig route : config.routes().named()) {
      if (route.routing().mainTarget() != null) { // Others only redirect.
        canary.put(
            CANARY + "." + route.name(),
            CanaryFlag.of(
                route.routing(),
                route.rollout(),
                route.application(),
                isOpen(trips, route.name()),
                reverted.contains(route.name())));
      }
    }
    return new OfrepFlags(snapshot.revision(), declared, canary);
  }

  private static boolean isOpen(BreakerTrips trips, String route) {
    return trips.errors().contains(route) || trips.requests().contains(route);
  }

  /**
   * Evaluates one flag. A flag of a route comes before a declared one with the same name.
   *
   * @param targetingKey the client's key; empty if there is none
   */
  Evaluation evaluate(String key, String targetingKey) {
    CanaryFlag ofRoute = canary.get(key);
    if (ofRoute != null) {
      return ofRoute.evaluate(key, targetingKey);
    }
    Evaluation value = declared.get(key);
    return value == null ? Evaluation.notFound(key) : value;
  }

  /** Evaluates all flags, in the order of their names. */
  List<Evaluation> evaluateAll(String targetingKey) {
    SortedMap<String, Evaluation> all = new TreeMap<>(declared);
    canary.forEach((key, flag) -> all.put(key, flag.evaluate(key, targetingKey)));
    return new ArrayList<>(all.values());
  }

  /** Whether every client gets the same answers as before. */
  boolean sameAnswers(OfrepFlags before) {
    return declared.equals(before.declared) && canary.equals(before.canary);
  }
}
