package io.canarygateway.proxy;

import io.canarygateway.decision.Target;
import io.canarygateway.http.EndpointSource;
import io.canarygateway.http.EndpointView;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToIntFunction;

/** The metrics of the addresses of main and canary. Thread-safe. */
final class UpstreamMeters {

  private static final EndpointView NONE =
      new EndpointView(List.of(), List.of(), 0, 0, Optional.empty());

  private final AtomicReferenceArray<EndpointSource> sources =
      new AtomicReferenceArray<>(Target.values().length);
  private final Counter[] ejections = new Counter[Target.values().length];

  UpstreamMeters(MeterRegistry registry) {
    for (Target target : Target.values()) {
      sources.set(target.ordinal(), () -> NONE);
      gauge(registry, target, "up", EndpointView::up);
      gauge(registry, target, "ejected", EndpointView::ejected);
      gauge(registry, target, "unhealthy", EndpointView::unhealthy);
      ejections[target.ordinal()] =
          Counter.builder("gateway_upstream_ejections")
              .description("Ejections of addresses that failed too often in a row")
              .tag("target", target.label())
              .register(registry);
    }
  }

  private void gauge(
      MeterRegistry registry, Target target, String state, ToIntFunction<EndpointView> count) {
    Gauge.builder(
            "gateway_upstream_endpoints",
            sources,
            all -> count.applyAsInt(all.get(target.ordinal()).view()))
        .description("Addresses of a target by state")
        .tag("target", target.label())
        .tag("state", state)
        .register(registry);
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
