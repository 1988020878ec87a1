package io.canarygateway.metrics;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ReleaseReports;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/routes}: each route with its settings in force and its figures on this node;
 * {@code /api/v1/routes/ROUTE/series}: its last 15 minutes.
 */
final class RoutesEndpoint {

  private static final String PATH = Api.PREFIX + "/routes";

  private final BusQuestions bus;
  private final Supplier<@Nullable ConfigSnapshot> settings;
  private final RouteSampler sampler;

  private RoutesEndpoint(
      BusQuestions bus, Supplier<@Nullable ConfigSnapshot> settings, RouteSampler sampler) {
    this.bus = bus;
    this.settings = settings;
    this.sampler = sampler;
  }

  static void serve(
      Router router,
      BusQuestions bus,
      Supplier<@Nullable ConfigSnapshot> settings,
      RouteSampler sampler) {
    RoutesEndpoint endpoint = new RoutesEndpoint(bus, settings, sampler);
    Api.get(router, PATH, context -> endpoint.all(context));
    Api.get(router, PATH + "/:route", context -> endpoint.one(context));
    Api.get(router, PATH + "/:route/series", context -> endpoint.series(context));
  }

  private void all(RoutingContext context) {
    ConfigSnapshot known = settings.get();
    if (known == null) {
      ApiAnswer.error(context, 503, "this node has no settings yet");
      return;
    }
    json(known, known.config().routes().all())
        .onSuccess(
            routes ->
                ApiAnswer.ok(
                    context,
                    new JsonObject().put("revision", known.revision()).put("routes", routes)))
        .onFailure(cause -> ApiAnswer.failed(context, cause));
  }

  private void one(RoutingContext context) {
    ConfigSnapshot known = settings.get();
    RouteConfig route = route(context, known);
    if (known == null || route == null) {
      ApiAnswer.error(context, 404, "no route of this name");
      return;
    }
    json(known, List.of(route))
        .onSuccess(routes -> ApiAnswer.ok(context, routes.getJsonObject(0)))
        .onFailure(cause -> ApiAnswer.failed(context, cause));
  }

  private void series(RoutingContext context) {
    RouteConfig route = route(context, settings.get());
    if (route == null) {
      ApiAnswer.error(context, 404, "no route of this name");
      return;
    }
    sampler
        .onWorker(() -> RouteJson.series(route.name(), sampler.series(route.name())))
        .onSuccess(json -> ApiAnswer.ok(context, json))
        .onFailure(cause -> ApiAnswer.failed(context, cause));
  }

  private static @Nullable RouteConfig route(
      RoutingContext context, @Nullable ConfigSnapshot known) {
    return known == null
        ? null
        : known
            .config()
            .routes()
            .find(RouteNames.ofPath(context.pathParam("route"), known))
            .orElse(null);
  }

  private Future<JsonArray> json(ConfigSnapshot known, List<RouteConfig> routes) {
    return releases()
        .compose(
            releases ->
                sampler.onWorker(
                    () -> {
                      Map<String, RouteReadings.OfRoute> now = sampler.read();
                      JsonArray array = new JsonArray();
                      for (RouteConfig route : routes) {
                        RouteReadings.OfRoute reading = now.get(route.name());
                        array.add(
                            RouteJson.of(
                                route,
                                known,
                                reading == null ? new RouteReadings.OfRoute() : reading,
                                sampler.series(route.name()),
                                releases.get(route.name())));
                      }
                      return array;
                    }));
  }

  /** The releases by route; none if no node with a flag watcher answers. */
  private Future<Map<String, ReleaseReports.OfRoute>> releases() {
    return bus.<ReleaseReports>ask(Addresses.RELEASES_GET, "")
        .otherwise(new ReleaseReports(List.of()))
        .map(
            reports ->
                reports.releases().stream()
                    .collect(
                        Collectors.toMap(
                            ReleaseReports.OfRoute::route, Function.identity(), (a, b) -> a)));
  }
}
