package io.canarygateway.metrics;

import io.canarygateway.snapshot.ConfigSnapshot;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API of the instrumentation port, below {@code /api/v1}. */
final class Api {

  private static final Logger LOG = LoggerFactory.getLogger(Api.class);

  static final String PREFIX = "/api/v1";

  /** What the router answers by itself. */
  private static final Map<Integer, String> FAULTS =
      Map.of(
          400, "bad request",
          404, "no such path",
          405, "this path does not have this method",
          413, "the body is too large",
          500, "see the log");

  private Api() {}

  /**
   * What the paths show.
   *
   * @param settings the newest settings; null before the first ones
   */
  record Sources(
      Supplier<@Nullable ConfigSnapshot> settings,
      NodeBoard nodes,
      RouteSampler sampler,
      EventStreams events) {}

  /** Adds all paths. Requests have passed the {@link HostCheck} before. */
  static void serve(Router router, Vertx vertx, WriteGuard guard, Sources sources) {
    router.route("/api/*").handler(guard);
    BusQuestions bus = new BusQuestions(vertx);
    ReleasesEndpoint.serve(router, bus, sources.settings());
    FlagsEndpoint.serve(router, bus);
    BreakersEndpoint.serve(router, bus, sources.settings());
    JournalEndpoint.serve(router, bus);
    RoutesEndpoint.serve(router, bus, sources.settings(), sources.sampler());
    get(
        router,
        PREFIX + "/nodes",
        context -> ApiAnswer.ok(context, sources.nodes().toJsonWithHealth()));
    sources.events().serve(router, vertx);
    OpenApi.serve(router, vertx);
    FAULTS.forEach(
        (status, reason) -> router.errorHandler(status, context -> fault(context, status, reason)));
  }

  static void get(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
  }

  /** Besides the form of answers: the default would log a stack trace for malformed requests. */
  private static void fault(RoutingContext context, int status, String reason) {
    if (status == 500) {
      LOG.error("a request of the instrumentation port failed", context.failure());
    }
    // Not the normalised path, which a malformed request does not have.
    String path = String.valueOf(context.request().path());
    if (Ofrep.isOneFlag(path) && status == 400) {
      Ofrep.malformed(context, path);
    } else if (path.startsWith("/api/")) {
      ApiAnswer.error(context, status, reason);
    } else if (!context.response().ended()) {
      context.response().setStatusCode(status).end(reason + "\n");
    }
  }
}
