package io.canarygateway.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Lines of the last 15 minutes as the points of an SVG polyline, which needs no script. */
final class Sparkline {

  /** The size of the drawing in its own units. */
  static final int WIDTH = 180;

  static final int HEIGHT = 40;

  private static final int STEPS = 180;

  /** The steps that make one point of the line. */
  private static final int STEPS_PER_POINT = 6;

  private Sparkline() {}

  /** A line that is drawn, and the largest of its values. */
  record Line(List<Double> values, int firstStep) {

    double most() {
      return values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    /**
     * The points of the polyline; empty without values.
     *
     * @param most the value at the top
     */
    String points(double most) {
      StringBuilder text = new StringBuilder();
      double scale = most > 0 ? HEIGHT / most : 0;
      for (int i = 0; i < values.size(); i++) {
        long y = HEIGHT - Math.round(values.get(i) * scale);
        text.append(i == 0 ? "" : " ")
            .append(firstStep + i * STEPS_PER_POINT)
            .append(',')
            .append(y);
      }
      return text.toString();
    }
  }

  /** Requests for each second. */
  static Line requests(List<RouteSeries.Point> points) {
    return line(
        points,
        some ->
            (double) some.stream().mapToInt(RouteSeries.Point::requests).sum()
                / (some.size() * RouteSeries.STEP_SECONDS));
  }

  /** The part of the requests that failed; 0 without requests. */
  static Line errors(List<RouteSeries.Point> points) {
    return line(
        points,
        some -> {
          int requests = some.stream().mapToInt(RouteSeries.Point::requests).sum();
          int errors = some.stream().mapToInt(RouteSeries.Point::errors).sum();
          return requests == 0 ? 0 : (double) errors / requests;
        });
  }

  /** The largest 99th percentile of the response times; 0 without requests. */
  static Line p99(List<RouteSeries.Point> points) {
    return line(
        points,
        some ->
            some.stream()
                .mapToDouble(RouteSeries.Point::p99)
                .filter(seconds -> !Double.isNaN(seconds))
                .max()
                .orElse(0));
  }

  private static Line line(
      List<RouteSeries.Point> points, ToDoubleFunction<List<RouteSeries.Point>> value) {
    List<Double> values = new ArrayList<>();
    for (int from = 0; from < points.size(); from += STEPS_PER_POINT) {
      int to = Math.min(points.size(), from + STEPS_PER_POINT);
      values.add(value.applyAsDouble(points.subList(from, to)));
    }
    return new Line(values, STEPS - points.size());
  }
}
