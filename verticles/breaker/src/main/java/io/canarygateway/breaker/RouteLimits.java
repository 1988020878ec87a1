package io.canarygateway.breaker;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.CanaryLimit;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one route: their keeper, the watch over them and their metrics. A route that never
 * had a limit has neither a watch nor metrics. On one context.
 */
final class RouteLimits {

  /** How long the keeper of a removed route waits for its requests before it returns its lease. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final String route;
  private final String application;
  private final Breaker breaker;
  private final LimitKeeper keeper;
  private final LimitMeters meters;
  private BreakerLimits limits = BreakerLimits.OFF;
  private Duration window = Duration.ZERO;

  /** Null until the route has had a limit, and while the route is removed. */
  private @Nullable TripWatch watch;

  private long removedNanos;

  RouteLimits(
      String route, String application, Breaker breaker, LimitKeeper keeper, LimitMeters meters) {
    this.route = route;
    this.application = application;
    this.breaker = breaker;
    this.keeper = keeper;
    this.meters = meters;
  }

  String application() {
    return application;
  }

  /** Takes new settings; a removed route is there again. */
  void use(RoutingConfig routing) {
    limits = routing.breakerLimits();
    window = routing.breakerWindow();
    if (watch == null && (route.equals(RouteConfig.DEFAULT) || !limits.equals(BreakerLimits.OFF))) {
      meters.begin();
      watch = new TripWatch(breaker, meters);
    }
    keeper.use(routing);
  }

  /** Completes when requests can be admitted, or when that takes too long. */
  Future<Void> start() {
    return keeper.start();
  }

  /** Whether the route has a limit. */
  boolean limited() {
    return !limits.equals(BreakerLimits.OFF);
  }

  /** Called {@link UsageRate#TICKS_PER_SECOND} times a second. */
  void tick() {
    keeper.tick();
  }

  /** Checks whether a limit is reached. */
  void check(long nowNanos) {
    if (watch != null) {
      watch.check(limits, window, nowNanos);
    }
  }

  /** Whether a limit was reached at the last check. */
  boolean reached(CanaryLimit limit) {
    return watch != null && watch.reached(limit);
  }

  /** Why the limits cannot be kept as configured; empty if they can. */
  String trouble() {
    return watch == null ? "" : keeper.trouble();
  }

  /** The reached limits for operators. */
  List<String> details() {
    return watch == null ? List.of() : watch.details();
  }

  /** Removes the route: its metrics at once, its lease when its requests have ended. */
  void remove(long nowNanos) {
    meters.close();
    watch = null;
    removedNanos = nowNanos;
  }

  /** Whether a removed route has no requests any more, or has waited for them long enough. */
  boolean ended(long nowNanos) {
    keeper.tick();
    return breaker.inFlight() == 0 || nowNanos - removedNanos > LINGER_NANOS;
  }

  /** Returns what is unused. */
  Future<Void> stop() {
    meters.close();
    return keeper.stop();
  }
}
