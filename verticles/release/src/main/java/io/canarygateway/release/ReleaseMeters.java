package io.canarygateway.release;

import io.canarygateway.judge.Evidence;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The metrics of one route's release. They are removed with the release. On one context. */
final class ReleaseMeters {

  /** The states of a release as its metric names them. */
  private static final List<String> STATES =
      List.of("unknown", "running", "held", "paused", "promoted", "reverted");

  private final MeterRegistry registry;
  private final String route;
  private final List<Meter> meters = new ArrayList<>();

  /** Read by the threads that report metrics. */
  private volatile Shown shown = new Shown("unknown", 0, 0, 0, 0, 0);

  /** What the gauges show. Immutable. */
  private record Shown(
      String state, int step, double weight, double revert, double pass, double ratio) {}

  ReleaseMeters(MeterRegistry registry, String route) {
    this.registry = registry;
    this.route = route;
    gauge(
        "step",
        "The present step of the release, from 1; 0 while reverted or unknown",
        () -> shown.step);
    gauge("weight", "Canary's share of clients that the release asks for", () -> shown.weight);
    evidence("revert", () -> shown.revert);
    evidence("pass", () -> shown.pass);
    evidence("ratio", () -> shown.ratio);
    STATES.forEach(this::state);
    for (Verdict verdict : Verdict.values()) {
      counter(verdict.text());
    }
  }

  private void gauge(String name, String description, Supplier<Number> value) {
    meters.add(
        Gauge.builder("gateway_release_" + name, value)
            .description(description)
            .tag("route", route)
            .register(registry));
  }

  private void evidence(String direction, Supplier<Number> value) {
    meters.add(
        Gauge.builder("gateway_release_evidence", value)
            .description("Evidence about the release, as a natural logarithm")
            .tag("route", route)
            .tag("direction", direction)
            .register(registry));
  }

  private void state(String state) {
    meters.add(
        Gauge.builder("gateway_release_state", () -> shown.state.equals(state) ? 1 : 0)
            .description("1 for the state of the release")
            .tag("route", route)
            .tag("state", state)
            .register(registry));
  }

  private Counter counter(String verdict) {
    Counter counter =
        Counter.builder("gateway_release_verdicts")
            .description("Verdicts of this node about the release")
            .tag("route", route)
            .tag("verdict", verdict)
            .register(registry);
    if (!meters.contains(counter)) {
      meters.add(counter);
    }
    return counter;
  }

  void decided(String verdict) {
    counter(verdict).increment();
  }

  void show(String state, int step, double weight, Evidence evidence) {
    shown =
        new Shown(
            state,
            step,
            weight,
            evidence.revert(),
            Math.max(evidence.pass(), evidence.absolute()),
            evidence.ratio());
  }

  void close() {
    meters.forEach(registry::remove);
    meters.clear();
  }
}
