package io.canarygateway.proxy;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.Decision;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.Target;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the requests of one route. A meter is registered when it is first needed; the
 * default route has the most important ones from the start. Thread-safe.
 */
final class RouteMeters implements RequestObserver {

  /** canary-router's bounds, in ms. */
  private static final double[] LATENCY_BOUNDS_MS = {
    25, 50, 75, 100, 200, 400, 600, 800, 1000, 2000, 4000, 6000
  };

  private static final int TARGETS = Target.values().length;
  private static final int REASONS = DecisionReason.values().length;
  private static final int MAX_STATUS = 600;
  private static final double NANOS_PER_MS = 1e6;

  private final RouteRegistry registry;
  private final String version;
  private final ProxyMetrics common;
  private final UpstreamMeters upstreams;
  private final ResponseMeters responses;

  /** The counters of decisions: by target and reason, then by the sidecar's status. */
  private final AtomicReferenceArray<@Nullable AtomicReferenceArray<Counter>> requests =
      new AtomicReferenceArray<>(TARGETS * REASONS);

  private final AtomicReferenceArray<@Nullable DistributionSummary> latency =
      new AtomicReferenceArray<>(TARGETS);

  private volatile @Nullable FallbackMeters fallbacks;
  private volatile @Nullable MirrorMeters mirrors;
  private volatile @Nullable Counter redirects;
  private volatile @Nullable Counter unscored;
  private volatile @Nullable Counter rateLimited;

  /**
   * The metrics of a route.
   *
   * @param route the route's name; empty for the default route
   * @param version the label {@code version} of canary-router's metrics
   * @param common the metrics that all routes have together
   * @param breaker the route's circuit breaker
   */
  RouteMeters(
      MeterRegistry registry, String route, String version, ProxyMetrics common, Breaker breaker) {
    this.registry = new RouteRegistry(registry, route);
    this.version = version;
    this.common = common;
    this.upstreams = new UpstreamMeters(this.registry);
    this.responses = new ResponseMeters(this.registry);
    gauge("requests", "Requests admitted to canary", breaker, Breaker::requests);
    gauge("errors", "Canary responses that failed", breaker, Breaker::errors);
    gauge("reservations", "Canary requests in flight", breaker, Breaker::inFlight);
    if (route.equals(RouteConfig.DEFAULT)) {
      for (Target target : Target.values()) {
        latency(target);
        responses.begin(target);
      }
    }
  }

  private void gauge(
      String name, String description, Breaker breaker, ToDoubleFunction<Breaker> value) {
    registry.add(
        to ->
            Gauge.builder("gateway_breaker_" + name, breaker, value)
                .description(description)
                .tag("route", registry.route())
                .register(to));
  }

  /** The metrics of the route's addresses. */
  UpstreamMeters upstreams() {
    return upstreams;
  }

  /** The metrics of fallbacks, which are registered by the first call. */
  FallbackMeters fallbacks() {
    FallbackMeters known = fallbacks;
    if (known == null) {
      known = new FallbackMeters(registry);
      fallbacks = known;
    }
    return known;
  }

  /** The metrics of copies, which are registered by the first call. */
  MirrorMeters mirrors() {
    MirrorMeters known = mirrors;
    if (known == null) {
      known = new MirrorMeters(registry);
      mirrors = known;
    }
    return known;
  }

  /** Removes all metrics of the route. Requests that still run are counted nowhere. */
  void close() {
    registry.close();
  }

  @Override
  public void decided(Decision decision) {
    int index = decision.target().ordinal() * REASONS + decision.reason().ordinal();
    AtomicReferenceArray<Counter> byStatus = requests.get(index);
    if (byStatus == null) {
      requests.compareAndSet(
          index, null, new AtomicReferenceArray<>(decision.reason().hasStatus() ? MAX_STATUS : 1));
      decided(decision);
      return;
    }
    int status = decision.reason().hasStatus() ? decision.sidecarStatus() : 0;
    Counter counter = byStatus.get(status);
    if (counter == null) {
      counter = counter(decision);
      byStatus.set(status, counter);
    }
    counter.increment();
  }

  private Counter counter(Decision decision) {
    return registry.add(
        to ->
            Counter.builder("canary_router_request_count")
                .description("The count of requests per target and reason")
                .tag("route", registry.route())
                .tag("version", version)
                .tag("target", decision.target().label())
                .tag("reason", decision.label())
                .register(to));
  }

  @Override
  public void responded(Target target, int status, long nanos) {
    responses.responded(target, status, nanos);
  }

  @Override
  public void grpcEnded(Target target, boolean failed) {
    if (failed) {
      responses.grpcFailed(target);
    }
  }

  @Override
  public void unanswered(Target target, long nanos) {
    responses.failed(target);
  }

  @Override
  public void fellBack(FallbackCause cause, long nanos) {
    fallbacks().count(cause);
    latency(Target.CANARY).record(nanos / NANOS_PER_MS);
  }

  @Override
  public void ended(Target target, long nanos) {
    latency(target).record(nanos / NANOS_PER_MS);
  }

  private DistributionSummary latency(Target target) {
    DistributionSummary known = latency.get(target.ordinal());
    if (known != null) {
      return known;
    }
    DistributionSummary made =
        registry.add(
            to ->
                DistributionSummary.builder("canary_router_request_latency")
                    .description("The latency distribution per request target")
                    .serviceLevelObjectives(LATENCY_BOUNDS_MS)
                    .tag("route", registry.route())
                    .tag("version", version)
                    .tag("target", target.label())
                    .register(to));
    latency.set(target.ordinal(), made);
    return made;
  }

  /** Counts a request that was answered with the route's redirect. */
  void redirected() {
    Counter counter = redirects;
    if (counter == null) {
      counter =
          registry.counter(
              "gateway_redirects", "Requests answered with the redirect of their route");
      redirects = counter;
    }
    counter.increment();
  }

  /** Counts the requests that were not scored for a release. Registered by the first call. */
  Counter unscored() {
    Counter counter = unscored;
    if (counter == null) {
      counter =
          registry.counter(
              "gateway_release_unscored",
              "Requests not scored, because too many wait for their outcome");
      unscored = counter;
    }
    return counter;
  }

  /** Counts the requests that the route's rate limit refused. Registered by the first call. */
  Counter rateLimited() {
    Counter counter = rateLimited;
    if (counter == null) {
      counter =
          registry.counter(
              "gateway_rate_limited_requests", "Requests refused by the rate limit of their route");
      rateLimited = counter;
    }
    return counter;
  }

  @Override
  public void refused(GatewayError error) {
    common.refused(error);
  }

  @Override
  public void clientGone() {
    common.clientGone();
  }

  @Override
  public void retried(Target target) {
    common.retried();
  }
}
