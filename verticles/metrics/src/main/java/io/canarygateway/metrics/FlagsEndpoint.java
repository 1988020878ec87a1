package io.canarygateway.metrics;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.FlagReport.FlagState;
import io.canarygateway.message.Journal;
import io.canarygateway.message.OverrideCommand;
import io.canarygateway.message.OverrideResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/flags} and {@code /api/v1/flags/NAME}: the flags, their overrides and the journal
 * of their changes. Long lists are formatted on workers.
 */
final class FlagsEndpoint {

  private static final String PATH = Api.PREFIX + "/flags";
  private static final String NAME = "name";
  private static final int MAX_PAGE = 1_000;

  private final BusQuestions bus;

  private FlagsEndpoint(BusQuestions bus) {
    this.bus = bus;
  }

  static void serve(Router router, BusQuestions bus) {
    FlagsEndpoint endpoint = new FlagsEndpoint(bus);
    Api.get(router, PATH, endpoint::all);
    Api.get(router, PATH + "/:name", endpoint::one);
    ApiBody.putValue(
        router,
        PATH + "/:name",
        (context, json) -> endpoint.override(context, context.pathParam(NAME), Optional.of(json)));
    router
        .delete(PATH + "/:name")
        .handler(context -> endpoint.override(context, context.pathParam(NAME), Optional.empty()));
  }

  private void all(RoutingContext context) {
    MultiMap query = context.queryParams();
    int limit = limit(query.get("limit"));
    String after = Objects.requireNonNullElse(query.get("after"), "");
    boolean changed = "true".equals(query.get("changed"));
    String search = Objects.requireNonNullElse(query.get("search"), "");
    if (limit < 1) {
      ApiAnswer.error(context, 400, "limit: expected a number from 1 to " + MAX_PAGE);
      return;
    }
    this.<FlagReport>ask(Addresses.FLAGS_GET)
        .compose(
            report ->
                context
                    .vertx()
                    .executeBlocking(
                        () -> page(report, new FlagzQuery("", changed, search), after, limit),
                        false))
        .onSuccess(page -> ApiAnswer.ok(context, page))
        .onFailure(cause -> ApiAnswer.failed(context, cause));
  }

  private static int limit(@Nullable String text) {
    try {
      int limit = text == null ? MAX_PAGE : Integer.parseInt(text);
      return limit > MAX_PAGE ? 0 : limit;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The flags after a name; {@code next} is the name to go on after, null at the end. */
  private static JsonObject page(FlagReport report, FlagzQuery query, String after, int limit) {
    List<FlagState> found =
        query.flags(report).stream()
            .filter(flag -> flag.name().compareTo(after) > 0)
            .limit(limit + 1L)
            .toList();
    List<FlagState> shown = found.subList(0, Math.min(limit, found.size()));
    JsonArray flags = new JsonArray();
    shown.forEach(flag -> flags.add(FlagJsons.of(flag)));
    return new JsonObject()
        .put("revision", report.revision())
        .put("flags", flags)
        .put("next", found.size() > limit ? shown.get(limit - 1).name() : null);
  }

  private void one(RoutingContext context) {
    String name = context.pathParam(NAME);
    Future.all(this.<FlagReport>ask(Addresses.FLAGS_GET), this.<Journal>ask(Addresses.JOURNAL_GET))
        .onSuccess(
            both ->
                both.<FlagReport>resultAt(0).flags().stream()
                    .filter(flag -> flag.name().equals(name))
                    .findFirst()
                    .ifPresentOrElse(
                        flag ->
                            ApiAnswer.ok(
                                context, FlagJsons.of(flag, both.<Journal>resultAt(1).entries())),
                        () -> ApiAnswer.error(context, 404, "no flag of this name")))
        .onFailure(cause -> ApiAnswer.failed(context, cause));
  }

  private <T> Future<T> ask(String address) {
    return bus.ask(address, "");
  }

  private void override(RoutingContext context, String flag, Optional<String> json) {
    override(context, bus, flag, json);
  }

  /**
   * Sets an override and answers with the flag's value after it.
   *
   * @param json the value; empty to remove the override
   */
  static void override(
      RoutingContext context, BusQuestions bus, String flag, Optional<String> json) {
    bus.<OverrideResult>ask(
            Addresses.FLAG_OVERRIDE, new OverrideCommand(flag, json, WriteGuard.by(context)))
        .onSuccess(
            done ->
                ApiAnswer.ok(
                    context,
                    new JsonObject()
                        .put("flag", done.flag())
                        .put("value", done.value())
                        .put("source", done.source())
                        .put("revision", done.revision())))
        .onFailure(cause -> ApiAnswer.failed(context, cause));
  }
}
