package io.canarygateway.metrics;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.ReleaseCommand;
import io.canarygateway.message.ReleaseReports;
import io.canarygateway.message.ReleaseReports.OfRoute;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /api/v1/releases} and {@code /api/v1/releases/ROUTE}: what releases do, and commands to
 * them. The default route is {@code default}. A route of that name can be reached only while the
 * default route has no release.
 */
final class ReleasesEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(ReleasesEndpoint.class);

  private static final String PATH = Api.PREFIX + "/releases";
  private static final String DEFAULT = "default";
  private static final String ACTION = "action";

  /** A share that a higher layer covers is never in force: the answer does not wait for ever. */
  private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long LOOK_MS = 2;

  private final BusQuestions bus;
  private final Supplier<@Nullable ConfigSnapshot> settings;

  private ReleasesEndpoint(BusQuestions bus, Supplier<@Nullable ConfigSnapshot> settings) {
    this.bus = bus;
    this.settings = settings;
  }

  static void serve(Router router, BusQuestions bus, Supplier<@Nullable ConfigSnapshot> settings) {
    ReleasesEndpoint endpoint = new ReleasesEndpoint(bus, settings);
    Api.get(router, PATH, endpoint::all);
    Api.get(router, PATH + "/:route", endpoint::one);
    ApiBody.post(router, PATH + "/:route", Set.of(ACTION), endpoint::command);
  }

  private void all(RoutingContext context) {
    reports()
        .onSuccess(
            reports -> {
              JsonArray releases = new JsonArray();
              reports.releases().forEach(one -> releases.add(ReleaseJson.of(one, name(one))));
              ApiAnswer.ok(context, new JsonObject().put("releases", releases));
            })
        .onFailure(cause -> ApiAnswer.failed(context, cause));
  }

  private void one(RoutingContext context) {
    reports()
        .onSuccess(
            reports ->
                find(reports, context.pathParam("route"))
                    .ifPresentOrElse(
                        one -> ApiAnswer.ok(context, ReleaseJson.of(one, name(one))),
                        () -> ApiAnswer.error(context, 404, "no release of this route")))
        .onFailure(cause -> ApiAnswer.failed(context, cause));
  }

  private void command(RoutingContext context) {
    String action = context.body().asJsonObject().getString(ACTION);
    String by = WriteGuard.by(context);
    route(context.pathParam("route"))
        .compose(
            route ->
                bus.<ReleaseReports>ask(
                        Addresses.RELEASE_COMMAND, new ReleaseCommand(route, action, by))
                    .onSuccess(
                        done -> LOG.info("release of {}: {} by {}", shown(route), action, by)))
        .compose(
            reports -> {
              Optional<OfRoute> release = reports.releases().stream().findFirst();
              return revision(context.vertx(), release, System.nanoTime() + MOST_WAIT_NANOS)
                  .map(
                      revision ->
                          release
                              .map(one -> ReleaseJson.of(one, name(one)).put("revision", revision))
                              .orElseGet(JsonObject::new));
            })
        .onSuccess(answer -> ApiAnswer.ok(context, answer))
        .onFailure(cause -> ApiAnswer.failed(context, cause));
  }

  /**
   * The revision of this node's settings, once the share that was commanded is in force in them.
   */
  private Future<Long> revision(Vertx vertx, Optional<OfRoute> release, long untilNanos) {
    ConfigSnapshot known = settings.get();
    boolean inForce =
        known != null
            && release
                .flatMap(
                    one ->
                        known
                            .config()
                            .routes()
                            .find(one.route())
                            .map(route -> route.rollout().canary() == one.weight()))
                .orElse(true);
    return inForce || System.nanoTime() - untilNanos > 0
        ? Future.succeededFuture(known == null ? 0 : known.revision())
        : vertx
            .timer(LOOK_MS, TimeUnit.MILLISECONDS)
            .compose(elapsed -> revision(vertx, release, untilNanos));
  }

  /** The name of the route that a path names. */
  private Future<String> route(String inPath) {
    return inPath.equals(DEFAULT)
        ? reports().map(reports -> find(reports, inPath).map(OfRoute::route).orElse(""))
        : Future.succeededFuture(inPath);
  }

  private Future<ReleaseReports> reports() {
    return bus.ask(Addresses.RELEASES_GET, "");
  }

  private static Optional<OfRoute> find(ReleaseReports reports, String inPath) {
    Optional<OfRoute> byDefault = inPath.equals(DEFAULT) ? named(reports, "") : Optional.empty();
    return byDefault.or(() -> named(reports, inPath));
  }

  private static Optional<OfRoute> named(ReleaseReports reports, String route) {
    return reports.releases().stream().filter(one -> one.route().equals(route)).findFirst();
  }

  private static String name(OfRoute release) {
    return shown(release.route());
  }

  private static String shown(String route) {
    return route.isEmpty() ? DEFAULT : route;
  }
}
