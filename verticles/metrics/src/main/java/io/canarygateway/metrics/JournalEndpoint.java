package io.canarygateway.metrics;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.Journal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

/** {@code /api/v1/journal}: the last changes of flags and verdicts about releases. */
final class JournalEndpoint {

  private JournalEndpoint() {}

  static void serve(Router router, BusQuestions bus) {
    Api.get(
        router,
        Api.PREFIX + "/journal",
        context ->
            bus.<Journal>ask(Addresses.JOURNAL_GET, "")
                .onSuccess(journal -> ApiAnswer.ok(context, json(journal)))
                .onFailure(cause -> ApiAnswer.failed(context, cause)));
  }

  private static JsonObject json(Journal journal) {
    JsonArray entries = new JsonArray();
    journal.entries().forEach(entry -> entries.add(FlagJsons.of(entry)));
    return new JsonObject().put("entries", entries);
  }
}
