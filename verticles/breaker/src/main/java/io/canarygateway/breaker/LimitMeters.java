package io.canarygateway.breaker;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The metrics of one route's limits. They are registered when the route gets a limit, and removed
 * with the route. On one context; the metrics are thread-safe.
 */
final class LimitMeters {

  private final MeterRegistry registry;
  private final String route;
  private final List<Runnable> registrations = new ArrayList<>();
  private final List<Meter> registered = new ArrayList<>();
  private boolean begun;

  LimitMeters(MeterRegistry registry, String route) {
    this.registry = registry;
    this.route = route;
  }

  /** The label {@code route}; empty for the default route, which Prometheus takes for no label. */
  String route() {
    return route;
  }

  /** Sets an action that adds metrics each time these begin. */
  void whenBegun(Runnable registration) {
    registrations.add(registration);
    if (begun) {
      registration.run();
    }
  }

  /** Registers all metrics. */
  void begin() {
    begun = true;
    registrations.forEach(Runnable::run);
  }

  /** Adds a metric; called while these begin. */
  <M extends Meter> M add(Function<MeterRegistry, M> meter) {
    M added = meter.apply(registry);
    registered.add(added);
    return added;
  }

  /** Removes all metrics. They may begin again. */
  void close() {
    registered.forEach(registry::remove);
    registered.clear();
    begun = false;
  }
}
