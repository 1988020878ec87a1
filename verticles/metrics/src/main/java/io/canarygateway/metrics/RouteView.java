package io.canarygateway.metrics;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.config.Settings;
import io.canarygateway.config.TargetUrls;
import io.canarygateway.message.FlagReport.FlagState;
import io.canarygateway.message.ReleaseReports;
import io.canarygateway.snapshot.ConfigSnapshot;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One route as the page shows it.
 *
 * @param name its name in paths of the API and in links
 * @param state what to know first
 * @param because one line about the state; may be empty
 * @param strategy how its requests are decided, in words
 * @param share canary's share that is asked for, in words
 * @param match the requests of the route as JSON; empty for the default route
 * @param text all that a search looks at, in lower case
 */
record RouteView(
    String name,
    RouteState state,
    String because,
    String strategy,
    String share,
    String match,
    List<String> mainTargets,
    List<String> canaryTargets,
    KillSwitch stop,
    TargetView main,
    TargetView canary,
    BreakerView breaker,
    @Nullable ReleaseView release,
    String text) {

  /** The worst route first; equal ones by name. */
  static final Comparator<RouteView> WORST_FIRST =
      Comparator.comparing(RouteView::state).thenComparing(RouteView::name);

  /**
   * What is known of a route at one moment.
   *
   * @param series the last minutes by target
   * @param switches what {@link KillSwitch#flags} has found
   */
  record Known(
      RouteReadings.OfRoute reading,
      Map<String, RouteSeries> series,
      ReleaseReports.@Nullable OfRoute release,
      Map<String, FlagState> switches,
      long nowMillis) {}

  static RouteView of(RouteConfig route, ConfigSnapshot settings, Known known) {
    RoutingConfig routing = route.routing();
    TargetFigures main = TargetFigures.of(known.series().get("main"));
    TargetFigures canary = TargetFigures.of(known.series().get("canary"));
    BreakerView breaker = BreakerView.of(routing, known.reading());
    KillSwitch stop = KillSwitch.of(route.name(), routing.canaryEnabled(), known.switches());
    ReleaseReports.OfRoute release = known.release();
    RouteState state =
        RouteState.of(
            stop.enabled(),
            breaker.isTripped(),
            release == null ? "" : release.state(),
            main,
            canary);
    String name = RouteNames.shown(route.name());
    String match = match(route, settings);
    List<String> mainTargets = urls(routing.mainTarget());
    List<String> canaryTargets = urls(routing.canaryTarget());
    return new RouteView(
        name,
        state,
        because(state, stop, breaker, release, canary, main),
        strategy(route),
        share(route, stop, breaker),
        match,
        mainTargets,
        canaryTargets,
        stop,
        TargetView.of(main, canary),
        TargetView.of(canary, main),
        breaker,
        release == null
            ? null
            : ReleaseView.of(release, route.release().steps(), known.nowMillis()),
        String.join(
                "\n", name, state.text(), match, mainTargets.toString(), canaryTargets.toString())
            .toLowerCase(Locale.ROOT));
  }

  private static String match(RouteConfig route, ConfigSnapshot settings) {
    String match =
        route.name().isEmpty()
            ? null
            : settings.values().texts().get(Settings.matchOf(route.name()));
    return match == null ? "" : match;
  }

  private static List<String> urls(@Nullable TargetUrls target) {
    return target == null ? List.of() : target.urls().stream().map(Object::toString).toList();
  }

  private static String because(
      RouteState state,
      KillSwitch stop,
      BreakerView breaker,
      ReleaseReports.@Nullable OfRoute release,
      TargetFigures canary,
      TargetFigures main) {
    return switch (state) {
      case MAIN_FAILING -> failing("main", main);
      case FAILING -> failing("canary", canary);
      case TRIPPED -> breaker.text();
      case STOPPED -> stop.why();
      case UNKNOWN, REVERTED, HELD, PAUSED, RUNNING, PROMOTED ->
          release == null ? "" : release.reason();
      case QUIET -> "";
    };
  }

  private static String failing(String target, TargetFigures figures) {
    return target
        + " failed "
        + PageText.count(figures.lastErrors())
        + " of "
        + PageText.count(figures.lastRequests())
        + " requests within the last "
        + figures.seconds()
        + " s";
  }

  private static String strategy(RouteConfig route) {
    if (route.routing().mainTarget() == null) {
      return "redirect: no request reaches an upstream";
    }
    return switch (route.routing().strategy()) {
      case MAIN -> "main: only requests with X-Canary or a rule reach canary";
      case CANARY -> "canary: all clients";
      case ROLLOUT ->
          "rollout: " + PageText.share(route.rollout().canary()) + " of clients to canary";
      case SIDECAR -> "sidecar: it is asked about each request";
    };
  }

  private static String share(RouteConfig route, KillSwitch stop, BreakerView breaker) {
    if (!stop.enabled() || breaker.isTripped()) {
      return "0 %";
    }
    return switch (route.routing().strategy()) {
      case MAIN -> "0 %";
      case CANARY -> "100 %";
      case ROLLOUT -> PageText.share(route.rollout().canary());
      case SIDECAR -> "by sidecar";
    };
  }
}
