package io.canarygateway.breaker;

import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.CanaryLimit;
import io.canarygateway.decision.LimitUse;
import io.canarygateway.message.BreakerTrips;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch over the breaker's limits. It checks from time to time whether a limit is reached or
 * free again, so that requests need not. Each change is a log line and a metric. Confined to one
 * context; the metrics are thread-safe.
 */
final class TripWatch {

  private static final Logger LOG = LoggerFactory.getLogger(TripWatch.class);

  /**
   * With a window, a limit that becomes free is reached again at once. It counts as free after this
   * time.
   */
  private static final long LASTING_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Breaker breaker;
  private final Map<CanaryLimit, Watched> watched = new EnumMap<>(CanaryLimit.class);

  /** The state of one limit. */
  private static final class Watched {
    private final Counter trips;
    private volatile boolean tripped;
    private boolean reached;
    private long reachedNanos;
    private LimitUse use = new LimitUse(0, 0, false);

    private Watched(Counter trips) {
      this.trips = trips;
    }
  }

  TripWatch(Breaker breaker, MeterRegistry registry) {
    this.breaker = breaker;
    for (CanaryLimit limit : CanaryLimit.values()) {
      Watched one =
          new Watched(
              Counter.builder("gateway_breaker_trips")
                  .description("How often a limit was reached")
                  .tag("limit", limit.label())
                  .register(registry));
      watched.put(limit, one);
      Gauge.builder("gateway_breaker_tripped", one, w -> w.tripped ? 1 : 0)
          .description("Whether a limit is reached")
          .tag("limit", limit.label())
          .register(registry);
    }
  }

  /**
   * Checks all limits.
   *
   * @param window the window of the limits; a trip ends after so long without reaching the limit, 5
   *     s at most
   */
  void check(BreakerLimits limits, Duration window, long nowNanos) {
    long lasting = Math.min(window.toNanos(), LASTING_NANOS);
    watched.forEach(
        (limit, one) -> check(limit, one, breaker.use(limit, limits), lasting, nowNanos));
  }

  private static void check(
      CanaryLimit limit, Watched one, LimitUse use, long lastingNanos, long nowNanos) {
    one.reached = use.reached();
    if (one.reached) {
      one.use = use;
      one.reachedNanos = nowNanos;
      if (!one.tripped) {
        one.tripped = true;
        one.trips.increment();
        LOG.atWarn()
            .addKeyValue("limit", use.limit())
            .addKeyValue("used", use.used())
            .log(limit.text() + " reached");
      }
    } else if (one.tripped && nowNanos - one.reachedNanos >= lastingNanos) {
      one.tripped = false;
      LOG.atInfo()
          .addKeyValue("limit", use.limit())
          .addKeyValue("used", use.used())
          .log(limit.text() + " has room again");
    }
  }

  /** The limits that were reached at the last check. */
  BreakerTrips trips() {
    return new BreakerTrips(
        watched(CanaryLimit.REQUESTS).reached, watched(CanaryLimit.ERRORS).reached);
  }

  /**
   * The reached limits for operators, such as {@code canary error limit reached: 15 of 15}; empty
   * if there are none.
   */
  String detail() {
    List<CanaryLimit> limits = Arrays.asList(CanaryLimit.values());
    return limits.stream()
        .filter(limit -> watched(limit).tripped)
        .map(limit -> detail(limit, watched(limit).use))
        .collect(Collectors.joining("; "));
  }

  private static String detail(CanaryLimit limit, LimitUse use) {
    return limit.text() + " reached: " + use.used() + " of " + use.limit();
  }

  private Watched watched(CanaryLimit limit) {
    return Objects.requireNonNull(watched.get(limit));
  }
}
