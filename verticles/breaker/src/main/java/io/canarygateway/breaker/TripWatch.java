package io.canarygateway.breaker;

import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.CanaryLimit;
import io.canarygateway.decision.LimitUse;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch over the limits of one route. It checks from time to time whether a limit is reached or
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
  private final String route;
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

  /**
   * A watch over a route's limits, which registers its metrics.
   *
   * @param meters the metrics of the route
   */
  TripWatch(Breaker breaker, LimitMeters meters) {
    this.breaker = breaker;
    this.route = meters.route();
    for (CanaryLimit limit : CanaryLimit.values()) {
      Watched one =
          new Watched(
              meters.add(
                  to ->
                      Counter.builder("gateway_breaker_trips")
                          .description("How often a limit was reached")
                          .tag("limit", limit.label())
                          .tag("route", route)
                          .register(to)));
      watched.put(limit, one);
      meters.add(
          to ->
              Gauge.builder("gateway_breaker_tripped", one, w -> w.tripped ? 1 : 0)
                  .description("Whether a limit is reached")
                  .tag("limit", limit.label())
                  .tag("route", route)
                  .register(to));
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

  private void check(
      CanaryLimit limit, Watched one, LimitUse use, long lastingNanos, long nowNanos) {
    one.reached = use.reached();
    if (one.reached) {
      one.use = use;
      one.reachedNanos = nowNanos;
      if (!one.tripped) {
        one.tripped = true;
        one.trips.increment();
        RouteLog.of(route, LOG.atWarn())
            .addKeyValue("limit", use.limit())
            .addKeyValue("used", use.used())
            .log(limit.text() + " reached");
      }
    } else if (one.tripped && nowNanos - one.reachedNanos >= lastingNanos) {
      one.tripped = false;
      RouteLog.of(route, LOG.atInfo())
          .addKeyValue("limit", use.limit())
          .addKeyValue("used", use.used())
          .log(limit.text() + " has room again");
    }
  }

  /** Whether a limit was reached at the last check. */
  boolean reached(CanaryLimit limit) {
    return watched(limit).reached;
  }

  /**
   * The reached limits for operators, such as {@code shop: canary error limit reached: 15 of 15}.
   */
  List<String> details() {
    return Arrays.stream(CanaryLimit.values())
        .filter(limit -> watched(limit).tripped)
        .map(limit -> (route.isEmpty() ? "" : route + ": ") + detail(limit, watched(limit).use))
        .toList();
  }

  private static String detail(CanaryLimit limit, LimitUse use) {
    return limit.text() + " reached: " + use.used() + " of " + use.limit();
  }

  private Watched watched(CanaryLimit limit) {
    return Objects.requireNonNull(watched.get(limit));
  }
}
