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

/** How the sources do: their last word, and gauges of it. */
final class SourceBoard {

  private final MeterRegistry registry;
  private final Map<Layer, Source> sources = new EnumMap<>(Layer.class);

  SourceBoard(MeterRegistry registry) {
    this.registry = registry;
  }

  /** What the gauges read, from the thread of a scrape. */
  private static final class Source {
    private volatile ComponentHealth health;
    private volatile long syncedAtNanos = System.nanoTime();
  }

  private Source source(Layer layer) {
    return sources.computeIfAbsent(layer, this::register);
  }

  private Source register(Layer layer) {
    Source source = new Source();
    source.health = new ComponentHealth(layer.label(), Status.DEGRADED, "starting");
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

  /** Notes a state; whether it is another than before. */
  boolean update(Layer layer, Status status, String detail) {
    Source source = source(layer);
    ComponentHealth now = new ComponentHealth(layer.label(), status, detail);
    boolean changed = status != source.health.status() || !detail.equals(source.health.detail());
    source.health = now;
    return changed;
  }

  boolean isUp(Layer layer) {
    return source(layer).health.status() == Status.UP;
  }

  long syncAgeNanos(Layer layer) {
    return System.nanoTime() - source(layer).syncedAtNanos;
  }

  List<ComponentHealth> healths() {
    return sources.values().stream().map(source -> source.health).toList();
  }
}
