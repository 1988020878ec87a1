package io.canarygateway.daemon;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The meters of one socket, which are removed together. The default route's have the labels and the
 * tags that maxwells-daemon's dashboards know. On one context.
 */
final class SocketMeters {

  private final MeterRegistry registry;
  private final String route;
  private final List<Meter> added = new ArrayList<>();

  SocketMeters(MeterRegistry registry, String route) {
    this.registry = registry;
    this.route = route;
  }

  /** The label {@code route}; empty for the default route, which Prometheus takes for no label. */
  String route() {
    return route;
  }

  /** The tags of a meter for DogStatsD: those given as names and values, and the route. */
  Map<String, String> statsdTags(String... namesAndValues) {
    Map<String, String> tags = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      tags.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    if (!route.isEmpty()) {
      tags.put("route", route);
    }
    return tags;
  }

  /** Adds a meter. */
  <M extends Meter> M add(Function<MeterRegistry, M> meter) {
    M made = meter.apply(registry);
    added.add(made);
    return made;
  }

  /** Removes all meters. */
  void close() {
    added.forEach(registry::remove);
    added.clear();
  }
}
