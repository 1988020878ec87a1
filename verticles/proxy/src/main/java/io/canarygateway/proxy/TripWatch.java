package io.canarygateway.proxy;

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
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when a limit of the breaker is reached and when there is room again, by looking now and
 * then, so that requests need not: a log line and a metric for each. On one context, but for the
 * metrics.
 */
final class TripWatch {

  private static final Logger LOG = LoggerFactory.getLogger(TripWatch.class);

  /** With a window some room comes back again and again, and is used up at once. */
  private static final long LASTING_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Breaker breaker;
  private final Map<CanaryLimit, Watched> watched = new EnumMap<>(CanaryLimit.class);

  /** One limit. */
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
   * Looks.
   *
   * @param window of the limits; a trip ends when there has been room for a while, at most as long
   */
  void look(BreakerLimits limits, Duration window, long nowNanos) {
    long lasting = Math.min(window.toNanos(), LASTING_NANOS);
    watched.forEach(
        (limit, one) -> look(limit, one, breaker.use(limit, limits), lasting, nowNanos));
  }

  private static void look(
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

  /** What was reached at the last look. */
  BreakerTrips trips() {
    return new BreakerTrips(
        watched.get(CanaryLimit.REQUESTS).reached, watched.get(CanaryLimit.ERRORS).reached);
  }

  /** What operators are told: empty, or such as {@code canary error limit reached: 15 of 15}. */
  String detail() {
    List<CanaryLimit> limits = Arrays.asList(CanaryLimit.values());
    return limits.stream()
        .filter(limit -> watched.get(limit).tripped)
        .map(limit -> detail(limit, watched.get(limit).use))
        .collect(Collectors.joining("; "));
  }

  private static String detail(CanaryLimit limit, LimitUse use) {
    return limit.text() + " reached: " + use.used() + " of " + use.limit();
  }
}
