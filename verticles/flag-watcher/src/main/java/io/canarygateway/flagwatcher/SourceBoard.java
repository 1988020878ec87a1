package io.canarygateway.flagwatcher;

import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The health of each source and the time of its last sync, also as gauges. On one context. */
final class SourceBoard {

  private final MeterRegistry registry;
  private final Map<Layer, SourceState> sources = new EnumMap<>(Layer.class);

  SourceBoard(MeterRegistry registry) {
    this.registry = registry;
  }

  /** The state of one source; gauges read it on the thread of a scrape. */
  private static final class SourceState {
    private volatile ComponentHealth health;
    private volatile long syncedAtNanos = System.nanoTime();

    SourceState(ComponentHealth health) {
      this.health = health;
    }
  }

  private SourceState source(Layer layer) {
    return sources.computeIfAbsent(layer, this::register);
  }

  private SourceState register(Layer layer) {
    SourceState source =
        new SourceState(new ComponentHealth(layer.label(), Status.DEGRADED, "starting"));
    Gauge.builder("gateway_flag_source_up", source, one -> one.health.status() == Status.UP ? 1 : 0)
        .description("Whether a source of flags can be reached")
        .tag("source", layer.label())
        .register(registry);
    TimeGauge.builder(
            "gateway_flag_source_sync_age",
            source,
            TimeUnit.NANOSECONDS,
            one -> System.nanoTime() - one.syncedAtNanos)
        .description("Time since a source was last seen to be up to date")
        .tag("source", layer.label())
        .register(registry);
    return source;
  }

  void synced(Layer layer) {
    source(layer).syncedAtNanos = System.nanoTime();
  }

  void update(Layer layer, Status status, String detail) {
    source(layer).health = new ComponentHealth(layer.label(), status, detail);
  }

  boolean isUp(Layer layer) {
    return source(layer).health.status() == Status.UP;
  }

  /** The time since the last sync, or since the first mention of the source. */
  long syncAgeNanos(Layer layer) {
    return System.nanoTime() - source(layer).syncedAtNanos;
  }

  List<ComponentHealth> healths() {
    return sources.values().stream().map(source -> source.health).toList();
  }
}
