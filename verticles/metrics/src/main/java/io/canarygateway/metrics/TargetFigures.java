package io.canarygateway.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What main or canary of one route did in the last minutes, on this node.
 *
 * @param seconds the length of the last minute, which is shorter after a start
 * @param lastRequests the requests of the last minute
 * @param lastErrors those of them that failed
 * @param requests the requests of the last 15 minutes
 * @param errors those of them that failed
 * @param p50 the median of the response times of the last 15 minutes, in seconds; NaN without any
 * @param p99 the 99th percentile
 * @param points the steps of 5 s, the oldest first
 */
record TargetFigures(
    int seconds,
    long lastRequests,
    long lastErrors,
    long requests,
    long errors,
    double p50,
    double p99,
    List<RouteSeries.Point> points) {

  private static final int LAST_STEPS = 60 / RouteSeries.STEP_SECONDS;

  static TargetFigures of(@Nullable RouteSeries series) {
    if (series == null) {
      return new TargetFigures(0, 0, 0, 0, 0, Double.NaN, Double.NaN, List.of());
    }
    List<RouteSeries.Point> points = series.points();
    List<RouteSeries.Point> last =
        points.subList(Math.max(0, points.size() - LAST_STEPS), points.size());
    return new TargetFigures(
        last.size() * RouteSeries.STEP_SECONDS,
        last.stream().mapToLong(RouteSeries.Point::requests).sum(),
        last.stream().mapToLong(RouteSeries.Point::errors).sum(),
        points.stream().mapToLong(RouteSeries.Point::requests).sum(),
        points.stream().mapToLong(RouteSeries.Point::errors).sum(),
        series.quantile(0.5),
        series.quantile(0.99),
        points);
  }

  double perSecond() {
    return seconds == 0 ? 0 : (double) lastRequests / seconds;
  }

  /** The part of the last minute's requests that failed; NaN without requests. */
  double lastErrorRate() {
    return lastRequests == 0 ? Double.NaN : (double) lastErrors / lastRequests;
  }

  /** The part of all requests that failed; NaN without requests. */
  double errorRate() {
    return requests == 0 ? Double.NaN : (double) errors / requests;
  }
}
