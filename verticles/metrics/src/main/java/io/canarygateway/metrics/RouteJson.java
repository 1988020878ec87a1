package io.canarygateway.metrics;

import io.canarygateway.config.RateLimitConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.config.Settings;
import io.canarygateway.config.TargetUrls;
import io.canarygateway.message.ReleaseReports;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Routes as the API shows them. */
final class RouteJson {

  private static final List<String> TARGETS = List.of("main", "canary");
  private static final double MS = 1_000;

  private RouteJson() {}

  /**
   * Makes the JSON of a route.
   *
   * @param reading what the meters say
   * @param series the last minutes by target
   * @param release the route's release; null without one
   */
  static JsonObject of(
      RouteConfig route,
      ConfigSnapshot settings,
      RouteReadings.OfRoute reading,
      Map<String, RouteSeries> series,
      ReleaseReports.@Nullable OfRoute release) {
    RoutingConfig routing = route.routing();
    String match =
        route.name().isEmpty()
            ? null
            : settings.values().texts().get(Settings.matchOf(route.name()));
    JsonObject json =
        new JsonObject()
            .put("name", RouteNames.shown(route.name()))
            .put("match", match == null ? null : new JsonObject(match))
            .put("strategy", routing.strategy().name().toLowerCase(Locale.ROOT))
            .put("main_target", urls(routing.mainTarget()))
            .put("canary_target", urls(routing.canaryTarget()))
            .put("rollout", route.rollout().canary())
            .put("canary_enabled", routing.canaryEnabled())
            .put("rate_limit", route.rateLimit().map(RouteJson::of).orElse(null))
            .put("breaker", breaker(routing, reading))
            .put("release", release == null ? null : of(release));
    for (String target : TARGETS) {
      json.put(target, of(reading.targets().get(target), series.get(target)));
    }
    return json;
  }

  private static JsonArray urls(@Nullable TargetUrls target) {
    JsonArray urls = new JsonArray();
    if (target != null) {
      target.urls().forEach(url -> urls.add(url.toString()));
    }
    return urls;
  }

  private static JsonObject of(RateLimitConfig limit) {
    return new JsonObject()
        .put("requests", limit.requests())
        .put("per_seconds", limit.per().toMillis() / MS)
        .put("by", limit.shownBy());
  }

  private static JsonObject breaker(RoutingConfig routing, RouteReadings.OfRoute reading) {
    return new JsonObject()
        .put("request_limit", routing.breakerLimits().requests())
        .put("error_limit", routing.breakerLimits().errors())
        .put("window_seconds", routing.breakerWindow().toMillis() / MS)
        .put("generation", routing.breakerGeneration())
        .put("requests", count(reading, "requests"))
        .put("errors", count(reading, "errors"))
        .put("in_flight", count(reading, "reservations"))
        .put("tripped", new JsonArray(List.copyOf(reading.tripped())));
  }

  private static long count(RouteReadings.OfRoute reading, String name) {
    return reading.breaker().getOrDefault(name, 0.0).longValue();
  }

  private static JsonObject of(ReleaseReports.OfRoute release) {
    return new JsonObject()
        .put("version", release.version())
        .put("state", release.state())
        .put("reason", release.reason())
        .put("step", release.step())
        .put("steps", release.steps())
        .put("weight_in_force", release.weightInForce());
  }

  private static JsonObject of(
      RouteReadings.@Nullable OfTarget reading, @Nullable RouteSeries series) {
    return new JsonObject()
        .put("requests", reading == null ? 0 : reading.requests)
        .put("errors", reading == null ? 0 : reading.errors)
        .put("p50_ms", series == null ? null : millis(series.quantile(0.5)))
        .put("p99_ms", series == null ? null : millis(series.quantile(0.99)));
  }

  /**
   * Makes the JSON of a route's last minutes.
   *
   * @param series the last minutes by target
   */
  static JsonObject series(String route, Map<String, RouteSeries> series) {
    JsonObject json =
        new JsonObject()
            .put("route", RouteNames.shown(route))
            .put("step_seconds", RouteSeries.STEP_SECONDS);
    for (String target : TARGETS) {
      JsonArray points = new JsonArray();
      RouteSeries known = series.get(target);
      if (known != null) {
        known.points().forEach(point -> points.add(of(point)));
      }
      json.put(target, points);
    }
    return json;
  }

  private static JsonObject of(RouteSeries.Point point) {
    return new JsonObject()
        .put("time", Instant.ofEpochMilli(point.atMillis()).toString())
        .put("requests", point.requests())
        .put("errors", point.errors())
        .put("p50_ms", millis(point.p50()))
        .put("p99_ms", millis(point.p99()));
  }

  /** Milliseconds with three digits after the point; null for NaN, which JSON does not have. */
  private static @Nullable Double millis(double seconds) {
    return Double.isNaN(seconds) ? null : Math.round(seconds * MS * MS) / MS;
  }
}
