package io.canarygateway.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * What the meters of the proxy say about each route at one moment. Reads all meters of the process,
 * so on workers only; requests pay nothing for it.
 */
final class RouteReadings {

  private static final String RESPONSES = "gateway_responses";
  private static final String DURATION = "gateway_response_duration";
  private static final String BREAKER = "gateway_breaker_";
  private static final Set<String> FAILED = Set.of("5xx", "error");

  /** The responses of one target since the start of the process. */
  static final class OfTarget {
    long requests;
    long errors;

    /** The bounds of the histogram in seconds, and how many responses took at most as long. */
    double[] bounds = {};

    double[] counts = {};
  }

  /** One route: its targets by name, and its breaker's gauges by name. */
  record OfRoute(Map<String, OfTarget> targets, Map<String, Double> breaker, Set<String> tripped) {

    OfRoute() {
      this(new HashMap<>(), new HashMap<>(), new TreeSet<>());
    }
  }

  private RouteReadings() {}

  /** The readings by route; the default route's name is empty. */
  static Map<String, OfRoute> of(MeterRegistry registry) {
    Map<String, OfRoute> routes = new HashMap<>();
    registry.forEachMeter(meter -> read(meter, routes));
    return routes;
  }

  private static void read(Meter meter, Map<String, OfRoute> routes) {
    String name = meter.getId().getName();
    if (!name.equals(RESPONSES) && !name.equals(DURATION) && !name.startsWith(BREAKER)) {
      return;
    }
    String route = meter.getId().getTag("route");
    if (route == null) {
      return;
    }
    OfRoute into = routes.computeIfAbsent(route, newRoute -> new OfRoute());
    if (meter instanceof Gauge gauge) {
      readGauge(name.substring(BREAKER.length()), gauge, into);
      return;
    }
    String target = meter.getId().getTag("target");
    if (target == null) {
      return;
    }
    OfTarget of = into.targets().computeIfAbsent(target, newTarget -> new OfTarget());
    if (meter instanceof Counter counter) {
      long count = (long) counter.count();
      of.requests += count;
      if (FAILED.contains(Objects.requireNonNullElse(meter.getId().getTag("status_class"), ""))) {
        of.errors += count;
      }
    } else if (meter instanceof Timer timer) {
      CountAtBucket[] buckets = timer.takeSnapshot().histogramCounts();
      of.bounds = new double[buckets.length];
      of.counts = new double[buckets.length];
      for (int i = 0; i < buckets.length; i++) {
        of.bounds[i] = buckets[i].bucket(TimeUnit.SECONDS);
        of.counts[i] = buckets[i].count();
      }
    }
  }

  private static void readGauge(String name, Gauge gauge, OfRoute into) {
    String limit = gauge.getId().getTag("limit");
    if (limit == null) {
      into.breaker().put(name, gauge.value());
    } else if (name.equals("tripped") && gauge.value() > 0) {
      into.tripped().add(limit);
    }
  }

  /**
   * The time within which a part of the responses came, as Prometheus's {@code histogram_quantile}
   * computes it.
   *
   * @param bounds the bounds of the buckets in seconds, ascending
   * @param counts how many responses took at most as long as each bound
   * @return seconds; NaN if there were no responses
   */
  static double quantile(double part, double[] bounds, double[] counts) {
    int last = counts.length - 1;
    if (last < 0 || counts[last] <= 0) {
      return Double.NaN;
    }
    double rank = part * counts[last];
    for (int i = 0; i <= last; i++) {
      if (counts[i] >= rank && counts[i] > 0) {
        double below = i == 0 ? 0 : counts[i - 1];
        double from = i == 0 ? 0 : bounds[i - 1];
        return Double.isInfinite(bounds[i]) || counts[i] == below
            ? from
            : from + (bounds[i] - from) * (rank - below) / (counts[i] - below);
      }
    }
    return bounds[last];
  }
}
