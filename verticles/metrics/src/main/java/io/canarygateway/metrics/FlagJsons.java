package io.canarygateway.metrics;

import io.canarygateway.message.FlagReport.FlagState;
import io.canarygateway.message.JournalEntry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;

/** Flags and changes of flags as the API shows them. Secrets are masked by who reports them. */
final class FlagJsons {

  private FlagJsons() {}

  static JsonObject of(FlagState flag) {
    JsonArray covered = new JsonArray();
    flag.covered()
        .forEach(
            one ->
                covered.add(
                    new JsonObject().put("source", one.source()).put("value", one.value())));
    return new JsonObject()
        .put("name", flag.name())
        .put("value", flag.currentValue())
        .put("default", flag.defaultValue())
        .put("changed", flag.changed())
        .put("source", flag.source())
        .put("origin", flag.origin())
        .put("covered_by", flag.covered().isEmpty() ? "" : flag.source())
        .put("covered", covered)
        .put("type", flag.type())
        .put("usage", flag.usage())
        .put("dynamic", flag.dynamic())
        .put("revision", flag.revision());
  }

  /**
   * A flag with its changes.
   *
   * @param entries the changes of all flags
   */
  static JsonObject of(FlagState flag, List<JournalEntry> entries) {
    JsonArray history = new JsonArray();
    entries.stream()
        .filter(entry -> entry.flag().equals(flag.name()))
        .forEach(entry -> history.add(of(entry)));
    return of(flag).put("history", history);
  }

  static JsonObject of(JournalEntry entry) {
    return new JsonObject()
        .put("time", Instant.ofEpochMilli(entry.atMillis()).toString())
        .put("flag", entry.flag())
        .put("old", entry.old())
        .put("new", entry.now())
        .put("source", entry.source())
        .put("origin", entry.origin())
        .put("revision", entry.revision())
        .put("by", entry.by())
        .put("covered_by", entry.coveredBy());
  }
}
