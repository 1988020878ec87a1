package io.canarygateway.proxy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** The registry of one route's meters, which are removed together. Thread-safe. */
final class RouteRegistry {

  /** The registry of requests that outlive their route; it counts nothing. */
  private static final MeterRegistry NOWHERE = new CompositeMeterRegistry();

  private final MeterRegistry registry;
  private final String route;
  private final Queue<Meter> added = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  RouteRegistry(MeterRegistry registry, String route) {
    this.registry = registry;
    this.route = route;
  }

  /** The label {@code route}; empty for the default route, which Prometheus takes for no label. */
  String route() {
    return route;
  }

  /** Adds a meter. */
  <M extends Meter> M add(Function<MeterRegistry, M> meter) {
    if (closed) {
      return meter.apply(NOWHERE);
    }
    M made = meter.apply(registry);
    added.add(made);
    return made;
  }

  /** Adds a counter without further labels. */
  Counter counter(String name, String description) {
    return add(
        to -> Counter.builder(name).description(description).tag("route", route).register(to));
  }

  /** Removes all meters. */
  void close() {
    closed = true;
    for (Meter meter = added.poll(); meter != null; meter = added.poll()) {
      registry.remove(meter);
    }
  }
}
