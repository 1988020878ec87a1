package io.canarygateway.metrics;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.FlagReport.Covered;
import io.canarygateway.message.FlagReport.FlagState;
import io.canarygateway.message.FlagReport.Refusal;
import io.canarygateway.message.Journal;
import io.canarygateway.message.JournalEntry;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;

/** What a node would say to the page. */
final class PageFixture {

  /** A text that does something in a page that does not escape it. */
  static final String HOSTILE = "\"'><script>alert(1)</script>{{ 7 * 7 }}";

  private PageFixture() {}

  static void answer(ApiFixture api, FlagReport report, Journal journal) {
    api.host.bus().consumer(Addresses.FLAGS_GET, message -> message.reply(report));
    api.host.bus().consumer(Addresses.JOURNAL_GET, message -> message.reply(journal));
  }

  static FlagReport report(List<FlagState> flags) {
    return new FlagReport(
        4,
        "0",
        "0",
        flags,
        List.of(new Refusal(HOSTILE, "etcd", HOSTILE, HOSTILE, 1)),
        List.of(new ComponentHealth("conf", ComponentHealth.Status.UP, HOSTILE)));
  }

  static FlagState flag(String name, String value, String source) {
    return new FlagState(
        name,
        "string",
        "About " + value,
        value,
        value,
        !source.equals("default"),
        true,
        source,
        value,
        1,
        4,
        value,
        source.equals("override") ? List.of(new Covered("conf", value)) : List.of());
  }

  static List<FlagState> flags(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> flag(String.format("flag-%04d", i), "v" + i, i == 7 ? "override" : "default"))
        .toList();
  }

  static JournalEntry entry(String flag, String text) {
    return new JournalEntry(1, flag, text, text, text, text, 4, text, text);
  }

  /** Routes with a rollout. */
  static JsonObject routes(int count) {
    JsonObject routes = new JsonObject();
    for (int i = 0; i < count; i++) {
      routes.put(
          "route-" + i,
          new JsonObject()
              .put(
                  "match",
                  new JsonObject().put("path", new JsonObject().put("prefix", "/path-" + i)))
              .put("main-target", "http://127.0.0.1:1")
              .put("canary-target", "http://127.0.0.1:2")
              .put("strategy", "rollout")
              .put("rollout", new JsonObject().put("canary", 0.1)));
    }
    return new JsonObject().put("routes", routes);
  }
}
