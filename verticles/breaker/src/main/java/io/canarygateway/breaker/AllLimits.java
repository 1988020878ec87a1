package io.canarygateway.breaker;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.RouteTable;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.Breakers;
import io.canarygateway.decision.CanaryLimit;
import io.canarygateway.message.BreakerTrips;
import io.canarygateway.message.HealthDetail;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The limits of all routes of a process, which come and go with the settings. On one context.
 *
 * @param <B> the type of the breakers
 */
final class AllLimits<B extends Breaker> {

  private final LimitEngine<B> engine;
  private final MeterRegistry registry;
  private final RouteBreakers<B> breakers;

  /** The routes that there are, by name. */
  private final Map<String, RouteLimits> routes = new TreeMap<>();

  /** The removed routes that have requests in flight. */
  private final Map<String, RouteLimits> removed = new HashMap<>();

  /** The keepers that return their leases. */
  private final Set<Future<Void>> stopping = new HashSet<>();

  AllLimits(LimitEngine<B> engine, MeterRegistry registry) {
    this.engine = engine;
    this.registry = registry;
    this.breakers = new RouteBreakers<>(engine::newBreaker);
  }

  /** The breakers of all routes. Thread-safe. */
  Breakers breakers() {
    return breakers;
  }

  /** Opens what all routes share. Called before {@link #use}. */
  void open(Vertx vertx) {
    engine.open(vertx);
  }

  /** Takes new settings. */
  void use(RouteTable table, long nowNanos) {
    Set<String> names = table.all().stream().map(RouteConfig::name).collect(Collectors.toSet());
    Iterator<Map.Entry<String, RouteLimits>> each = routes.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, RouteLimits> route = each.next();
      if (!names.contains(route.getKey())) {
        each.remove();
        route.getValue().remove(nowNanos);
        removed.put(route.getKey(), route.getValue());
      }
    }
    breakers.retain(names);
    table.all().forEach(route -> limitsOf(route).use(route.routing()));
    endRemoved(nowNanos);
  }

  private RouteLimits limitsOf(RouteConfig route) {
    RouteLimits known = routes.get(route.name());
    RouteLimits before = known != null ? known : removed.remove(route.name());
    if (before != null && !before.application().equals(route.application())) {
      stop(before); // The store has the counts of another application elsewhere.
      before = null;
    }
    RouteLimits limits = before != null ? before : newLimits(route);
    routes.put(route.name(), limits);
    return limits;
  }

  private RouteLimits newLimits(RouteConfig route) {
    LimitMeters meters = new LimitMeters(registry, route.name());
    B breaker = breakers.of(route.name());
    LimitKeeper keeper = engine.keeper(route.name(), route.application(), breaker, meters);
    return new RouteLimits(route.name(), route.application(), breaker, keeper, meters);
  }

  private void endRemoved(long nowNanos) {
    Iterator<RouteLimits> each = removed.values().iterator();
    while (each.hasNext()) {
      RouteLimits limits = each.next();
      if (limits.ended(nowNanos)) {
        each.remove();
        stop(limits);
      }
    }
  }

  private void stop(RouteLimits limits) {
    Future<Void> stopped = limits.stop();
    stopping.add(stopped);
    stopped.onComplete(done -> stopping.remove(stopped));
  }

  /** Completes when requests can be admitted, or when that takes too long. */
  Future<?> start() {
    return Future.join(routes.values().stream().map(RouteLimits::start).toList());
  }

  /** Called {@link UsageRate#TICKS_PER_SECOND} times a second. */
  void tick(long nowNanos) {
    routes.values().forEach(RouteLimits::tick);
    endRemoved(nowNanos);
  }

  /** Checks which limits are reached. */
  void check(long nowNanos) {
    routes.values().forEach(limits -> limits.check(nowNanos));
  }

  /** Whether any route has a limit. */
  boolean limited() {
    return routes.values().stream().anyMatch(RouteLimits::limited);
  }

  /** The limits that were reached at the last check. */
  BreakerTrips trips() {
    return new BreakerTrips(
        namesOf(limits -> limits.reached(CanaryLimit.REQUESTS)),
        namesOf(limits -> limits.reached(CanaryLimit.ERRORS)));
  }

  private Set<String> namesOf(Predicate<RouteLimits> which) {
    Set<String> names = new HashSet<>();
    routes.forEach(
        (name, limits) -> {
          if (which.test(limits)) {
            names.add(name);
          }
        });
    return names;
  }

  /** Why limits cannot be kept as configured. A reason that several routes share is there once. */
  List<String> troubles() {
    Map<String, Set<String>> routesByReason = new TreeMap<>();
    routes.forEach(
        (name, limits) -> {
          String reason = limits.trouble();
          if (!reason.isEmpty()) {
            routesByReason.computeIfAbsent(reason, first -> new TreeSet<>()).add(name);
          }
        });
    return routesByReason.entrySet().stream()
        .map(
            each ->
                each.getValue().contains(RouteConfig.DEFAULT)
                    ? each.getKey()
                    : HealthDetail.join(", ", each.getValue().stream()) + ": " + each.getKey())
        .toList();
  }

  /** The reached limits for operators. */
  Stream<String> details() {
    return routes.values().stream().flatMap(limits -> limits.details().stream());
  }

  /** Returns what is unused. No request may be in flight any more. */
  Future<Void> stop() {
    routes.values().forEach(this::stop);
    removed.values().forEach(this::stop);
    routes.clear();
    removed.clear();
    return Future.join(List.copyOf(stopping)).otherwiseEmpty().compose(stopped -> engine.close());
  }
}
