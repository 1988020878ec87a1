package io.canarygateway.proxy;

import io.canarygateway.decision.Target;
import io.canarygateway.http.EndpointSource;
import io.canarygateway.http.EndpointView;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToIntFunction;

/** The metrics of the addresses of one route's main and canary. Thread-safe. */
final class UpstreamMeters {

  private static final EndpointView NONE =
      new EndpointView(List.of(), List.of(), 0, 0, Optional.empty());

  private final AtomicReferenceArray<EndpointSource> sources =
      new AtomicReferenceArray<>(Target.values().length);
  private final Counter[] ejections = new Counter[Target.values().length];

  private final RouteRegistry registry;

  UpstreamMeters(RouteRegistry registry) {
    this.registry = registry;
    for (Target target : Target.values()) {
      sources.set(target.ordinal(), () -> NONE);
      gauge(target, "up", EndpointView::up);
      gauge(target, "ejected", EndpointView::ejected);
      gauge(target, "unhealthy", EndpointView::unhealthy);
      ejections[target.ordinal()] =
          registry.add(
              to ->
                  Counter.builder("gateway_upstream_ejections")
                      .description("Ejections of addresses that failed too often in a row")
                      .tag("route", registry.route())
                      .tag("target", target.label())
                      .register(to));
    }
  }

  private void gauge(Target target, String state, ToIntFunction<EndpointView> count) {
    registry.add(
        to ->
            Gauge.builder(
                    "gateway_upstream_endpoints",
                    sources,
                    all -> count.applyAsInt(all.get(target.ordinal()).view()))
                .description("Addresses of a target by state")
                .tag("route", registry.route())
                .tag("target", target.label())
                .tag("state", state)
                .register(to));
  }

  /** Shows the addresses of a target from now on. */
  void use(Target target, EndpointSource source) {
    sources.set(target.ordinal(), source);
  }

  /** Counts an ejection for each target that has these addresses. */
  void ejected(EndpointSource source) {
    for (Target target : Target.values()) {
      if (sources.get(target.ordinal()) == source) {
        ejections[target.ordinal()].increment();
      }
    }
  }
}
