package io.canarygateway.metrics;

import io.canarygateway.metrics.RouteReadings.OfTarget;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last 15 minutes of one target of a route, in steps of 5 s. Takes about 10 KiB. On one worker
 * at a time.
 */
final class RouteSeries {

  /** The period between two samples. */
  static final int STEP_SECONDS = 5;

  private static final int STEPS = 15 * 60 / STEP_SECONDS;
  private static final int STEPS_PER_MINUTE = 60 / STEP_SECONDS;

  /**
   * What happened in one step.
   *
   * @param atMillis the step's end, in ms since 1970
   * @param p50 the median of the response times in seconds; NaN without responses
   * @param p99 the 99th percentile
   */
  record Point(long atMillis, int requests, int errors, float p50, float p99) {}

  private final boolean isNew;
  private final Deque<Point> points = new ArrayDeque<>();

  /** The counts of the histogram at the end of each minute: their difference is a window's. */
  private final Deque<double[]> minutes = new ArrayDeque<>();

  private @Nullable OfTarget before;
  private int steps;

  /**
   * Creates an empty series.
   *
   * @param isNew whether the target's meters did not exist at the last step, so that they began
   *     with 0; else the first reading is only what later ones are compared with
   */
  RouteSeries(boolean isNew) {
    this.isNew = isNew;
  }

  /** Adds the state of the meters now. A target that counts less than before is a new one. */
  void add(OfTarget now, long atMillis) {
    OfTarget last = before;
    if (last == null && isNew) {
      last = new OfTarget();
      last.counts = new double[now.counts.length];
      minutes.addLast(last.counts);
    }
    if (last == null
        || now.requests < last.requests
        || now.errors < last.errors
        || now.counts.length != last.counts.length) {
      points.clear();
      minutes.clear();
      steps = 0;
    } else {
      double[] counts = difference(now.counts, last.counts);
      points.addLast(
          new Point(
              atMillis,
              (int) (now.requests - last.requests),
              (int) (now.errors - last.errors),
              (float) RouteReadings.quantile(0.5, now.bounds, counts),
              (float) RouteReadings.quantile(0.99, now.bounds, counts)));
      if (points.size() > STEPS) {
        points.removeFirst();
      }
    }
    if (steps++ % STEPS_PER_MINUTE == 0) {
      minutes.addLast(now.counts);
      if (minutes.size() > STEPS / STEPS_PER_MINUTE) {
        minutes.removeFirst();
      }
    }
    before = now;
  }

  /** The steps, the oldest first. */
  List<Point> points() {
    return List.copyOf(points);
  }

  /** A percentile of the response times of the last minutes, in seconds; NaN without responses. */
  double quantile(double part) {
    OfTarget now = before;
    double[] began = minutes.peekFirst();
    return now == null || began == null
        ? Double.NaN
        : RouteReadings.quantile(part, now.bounds, difference(now.counts, began));
  }

  private static double[] difference(double[] now, double[] then) {
    double[] difference = new double[now.length];
    for (int i = 0; i < now.length; i++) {
      difference[i] = now[i] - then[i];
    }
    return difference;
  }
}
