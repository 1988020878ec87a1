package io.canarygateway.tls;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/**
 * The metric {@code gateway_certificate_expiry_seconds}: the time until each certificate of a
 * listener expires, negative after that. Thread-safe.
 */
public final class ExpiryGauge {

  private final MultiGauge gauge;
  private final InstantSource clock;

  /**
   * A metric without certificates yet.
   *
   * @param registry the registry of the process
   * @param listener the label {@code listener}, such as {@code router-server}
   * @param clock the time
   */
  public ExpiryGauge(MeterRegistry registry, String listener, InstantSource clock) {
    this.clock = clock;
    this.gauge =
        MultiGauge.builder("gateway_certificate_expiry")
            .description("Time until a certificate expires")
            .baseUnit("seconds")
            .tag("listener", listener)
            .register(registry);
  }

  /**
   * Shows certificates instead of those of before.
   *
   * @param credentials the keys in use; of several with one name, the first that expires counts
   */
  public void show(Credentials credentials) {
    Map<String, Instant> expiries = new TreeMap<>();
    credentials
        .keys()
        .forEach(
            entry -> expiries.merge(entry.name(), entry.expiry(), (a, b) -> a.isBefore(b) ? a : b));
    gauge.register(
        expiries.entrySet().stream()
            .<MultiGauge.Row<?>>map(
                each ->
                    MultiGauge.Row.of(
                        Tags.of("name", each.getKey()), each.getValue(), this::secondsUntil))
            .toList(),
        true);
  }

  private double secondsUntil(Instant expiry) {
    return Duration.between(clock.instant(), expiry).toSeconds();
  }
}
