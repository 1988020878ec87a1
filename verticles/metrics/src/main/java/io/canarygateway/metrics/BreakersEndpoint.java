package io.canarygateway.metrics;

import io.canarygateway.config.Settings;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/breakers/ROUTE/reset}: gives the breaker of a route a new generation, so that
 * its counts start anew on all nodes.
 */
final class BreakersEndpoint {

  private static final String GENERATION = "circuit-breaker.generation";

  private final BusQuestions bus;
  private final Supplier<@Nullable ConfigSnapshot> settings;

  private BreakersEndpoint(BusQuestions bus, Supplier<@Nullable ConfigSnapshot> settings) {
    this.bus = bus;
    this.settings = settings;
  }

  static void serve(Router router, BusQuestions bus, Supplier<@Nullable ConfigSnapshot> settings) {
    BreakersEndpoint endpoint = new BreakersEndpoint(bus, settings);
    ApiBody.postAnything(router, Api.PREFIX + "/breakers/:route/reset", endpoint::reset);
  }

  private void reset(RoutingContext context) {
    ConfigSnapshot known = settings.get();
    String route = RouteNames.ofPath(context.pathParam("route"), known);
    if (known == null) {
      ApiAnswer.error(context, 503, "this node has no settings yet");
    } else if (known.config().routes().find(route).isEmpty()) {
      ApiAnswer.error(context, 404, "no route of this name");
    } else {
      String flag = route.isEmpty() ? GENERATION : Settings.wholeOf(route) + "." + GENERATION;
      // The random part: two resets within a moment are two generations.
      String generation =
          "reset " + Instant.now() + " " + UUID.randomUUID().toString().substring(0, 8);
      FlagsEndpoint.override(context, bus, flag, Optional.of('"' + generation + '"'));
    }
  }
}
