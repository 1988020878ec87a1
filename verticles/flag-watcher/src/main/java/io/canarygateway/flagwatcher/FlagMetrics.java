package io.canarygateway.flagwatcher;

import io.canarygateway.snapshot.ConfigSnapshot;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Gauges of the settings in force: their revision, their age and go-flagz's checksums. */
final class FlagMetrics {

  /** The value of the label {@code set} in go-flagz's metric. */
  private static final String SET = "gateway";

  private final MultiGauge checksums;
  private volatile long revision;
  private volatile long changedAtNanos = System.nanoTime();

  FlagMetrics(MeterRegistry registry) {
    Gauge.builder("gateway_config_revision", this, metrics -> metrics.revision)
        .description("Revision of the settings in force")
        .register(registry);
    TimeGauge.builder(
            "gateway_config_age",
            this,
            TimeUnit.NANOSECONDS,
            metrics -> System.nanoTime() - metrics.changedAtNanos)
        .description("Time since the settings changed")
        .register(registry);
    checksums =
        MultiGauge.builder("flagz_checksum")
            .description("The FNV32 checksum of the flags")
            .register(registry);
  }

  /** Shows a new snapshot; its checksums replace the old ones. */
  void changed(ConfigSnapshot snapshot, String checksumStatic, String checksumDynamic) {
    revision = snapshot.revision();
    changedAtNanos = System.nanoTime();
    checksums.register(
        List.of(row("static", checksumStatic), row("dynamic", checksumDynamic)), true);
  }

  private static Row<?> row(String type, String checksum) {
    return Row.of(Tags.of("set", SET, "type", type, "checksum", checksum), 1);
  }
}
