package io.canarygateway.metrics;

/**
 * Main or canary of one route, as the page shows it.
 *
 * @param share its part of the requests of the last minute
 * @param perSecond the requests for each second of the last minute
 * @param lastErrors the part of the last minute's requests that failed
 * @param errors the part of the last 15 minutes' requests that failed
 * @param failed how many that were
 * @param isFailing whether any request of the last minute failed
 * @param lines the points of the small plots
 */
record TargetView(
    String share,
    String perSecond,
    String lastErrors,
    String errors,
    String failed,
    String p50,
    String p99,
    boolean isFailing,
    Lines lines) {

  /** The points of polylines; main's and canary's have the same scale. */
  record Lines(String requests, String errors, String p99) {}

  /**
   * Makes the view.
   *
   * @param other the other target, with which it is compared
   */
  static TargetView of(TargetFigures figures, TargetFigures other) {
    long all = figures.lastRequests() + other.lastRequests();
    return new TargetView(
        PageText.percent(all == 0 ? Double.NaN : (double) figures.lastRequests() / all),
        PageText.perSecond(figures.perSecond()),
        PageText.percent(figures.lastErrorRate()),
        PageText.percent(figures.errorRate()),
        figures.requests() == 0
            ? ""
            : PageText.count(figures.errors()) + " of " + PageText.count(figures.requests()),
        PageText.millis(figures.p50()),
        PageText.millis(figures.p99()),
        figures.lastErrors() > 0,
        lines(figures, other));
  }

  private static Lines lines(TargetFigures figures, TargetFigures other) {
    return new Lines(
        points(Sparkline.requests(figures.points()), Sparkline.requests(other.points())),
        points(Sparkline.errors(figures.points()), Sparkline.errors(other.points())),
        points(Sparkline.p99(figures.points()), Sparkline.p99(other.points())));
  }

  private static String points(Sparkline.Line line, Sparkline.Line other) {
    return line.points(Math.max(line.most(), other.most()));
  }
}
