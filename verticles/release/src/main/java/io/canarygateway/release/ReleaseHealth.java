package io.canarygateway.release;

import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthDetail;
import io.canarygateway.message.HealthReporter;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reports the health of all releases. On one context. */
final class ReleaseHealth {

  private static final String COMPONENT = "release";

  private final HealthReporter reporter;

  ReleaseHealth(HealthReporter reporter) {
    this.reporter = reporter;
  }

  void report(List<RouteRelease> releases) {
    String troubles = named(releases, ReleaseHealth::troubles);
    reporter.report(
        COMPONENT,
        troubles.isEmpty() ? Status.UP : Status.DEGRADED,
        troubles.isEmpty() ? named(releases, Reports::notes) : troubles);
  }

  private static List<String> troubles(RouteRelease release) {
    return release.link().hasReported() ? List.of(Reports.trouble(release)) : List.of();
  }

  private static String named(
      List<RouteRelease> releases, Function<RouteRelease, List<String>> texts) {
    return HealthDetail.join("; ", releases.stream().flatMap(each -> named(each, texts)));
  }

  private static Stream<String> named(
      RouteRelease release, Function<RouteRelease, List<String>> texts) {
    String name =
        "release " + release.config().version() + " of " + Words.route(release.route().name());
    return texts.apply(release).stream()
        .filter(text -> !text.isEmpty())
        .map(text -> name + ": " + text);
  }
}
