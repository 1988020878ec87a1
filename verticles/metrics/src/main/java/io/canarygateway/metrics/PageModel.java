package io.canarygateway.metrics;

import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.FlagReport.FlagState;
import io.canarygateway.message.JournalEntry;
import io.canarygateway.metrics.FlagRow.Change;
import io.canarygateway.metrics.PageQuery.Show;
import io.canarygateway.metrics.PageStates.PageState;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the variables of the templates. On workers, since it may look at thousands of flags. */
final class PageModel {

  private static final int MAX_ROUTES = 100;
  private static final int MAX_FLAGS = 50;
  private static final int MAX_ENTRIES = 30;
  private static final int MAX_HISTORY = 20;

  private final PageQuery query;
  private final Map<String, Object> variables = new HashMap<>();

  /**
   * Begins with what each template may use.
   *
   * @param canWrite whether {@code admin.token-file} is set
   */
  PageModel(PageQuery query, boolean canWrite, Map<String, String> assets) {
    this.query = query;
    variables.put("query", query);
    variables.put("canWrite", canWrite);
    variables.put("assets", assets);
    variables.put("now", PageText.time(System.currentTimeMillis()));
    variables.put("width", Sparkline.WIDTH);
    variables.put("height", Sparkline.HEIGHT);
  }

  Map<String, Object> variables() {
    return variables;
  }

  PageModel routes(PageState state) {
    List<RouteView> all = state.routes();
    String search = query.search().toLowerCase(Locale.ROOT);
    List<RouteView> found = all.stream().filter(route -> route.text().contains(search)).toList();
    variables.put("revision", state.settings().revision());
    variables.put("several", all.size() > 1);
    variables.put("isOld", state.isOld());
    variables.put("routes", PagePart.of(found, query.from(), MAX_ROUTES));
    variables.put("states", states(all));
    variables.put("opened", opened(all));
    variables.put("topLevel", state.topLevel());
    variables.put(
        "stoppedAlone",
        all.stream()
            .filter(route -> route.stop().isOwn())
            .filter(route -> !route.stop().flag().equals(KillSwitch.TOP_LEVEL))
            .map(RouteView::name)
            .toList());
    return this;
  }

  /** How many routes are in each state, the worst first. */
  private static Map<RouteState, Integer> states(List<RouteView> routes) {
    Map<RouteState, Integer> counts = new EnumMap<>(RouteState.class);
    routes.forEach(route -> counts.merge(route.state(), 1, Integer::sum));
    return counts;
  }

  /** The route that the query names, or the worst one; null if there is none. */
  private @Nullable RouteView opened(List<RouteView> all) {
    return all.stream()
        .filter(route -> query.route().isEmpty() || route.name().equals(query.route()))
        .findFirst()
        .orElse(null);
  }

  PageModel flags(@Nullable FlagReport report) {
    FlagzQuery search = new FlagzQuery("", false, query.flagSearch());
    List<FlagState> found =
        report == null
            ? List.of()
            : search.flags(report).stream()
                .filter(flag -> FlagRow.isShown(flag, query.show()))
                .toList();
    PagePart<FlagState> part = PagePart.of(found, query.flagsFrom(), MAX_FLAGS);
    variables.put("known", report != null);
    variables.put("part", part);
    variables.put("flags", part.items().stream().map(FlagRow::of).toList());
    variables.put("shows", List.of(Show.values()));
    return this;
  }

  /** The flag that the query names; null without one. */
  PageModel flag(@Nullable FlagReport report, List<JournalEntry> entries) {
    variables.put(
        "flag",
        report == null
            ? null
            : report.flags().stream()
                .filter(flag -> flag.name().equals(query.flag()))
                .findFirst()
                .map(FlagRow::of)
                .orElse(null));
    variables.put(
        "history",
        entries.stream()
            .filter(entry -> entry.flag().equals(query.flag()))
            .limit(MAX_HISTORY)
            .map(Change::of)
            .toList());
    return this;
  }

  PageModel journal(List<JournalEntry> entries) {
    PagePart<JournalEntry> part = PagePart.of(entries, query.journalFrom(), MAX_ENTRIES);
    variables.put("journal", part);
    variables.put("entries", part.items().stream().map(Change::of).toList());
    return this;
  }

  PageModel system(
      @Nullable FlagReport report, List<ComponentHealth> components, JsonObject nodes) {
    variables.put(
        "sources",
        report == null
            ? List.of()
            : report.sources().stream().map(ComponentHealth::component).toList());
    variables.put(
        "refusals",
        report == null
            ? List.of()
            : report.refusals().stream()
                .limit(MAX_HISTORY)
                .map(
                    refusal ->
                        Map.of(
                            "time", PageText.time(refusal.atMillis()),
                            "flag", refusal.flag(),
                            "source", refusal.source(),
                            "value", refusal.value(),
                            "reason", refusal.reason()))
                .toList());
    variables.put("components", components);
    variables.put(
        "nodes",
        nodes.getJsonArray("nodes").stream()
            .map(JsonObject.class::cast)
            .map(JsonObject::getMap)
            .toList());
    return this;
  }

  PageModel health(List<ComponentHealth> components) {
    variables.put(
        "health",
        components.stream()
            .map(ComponentHealth::status)
            .max(Comparator.naturalOrder())
            .orElse(ComponentHealth.Status.UP));
    variables.put(
        "troubles",
        components.stream()
            .filter(component -> component.status() != ComponentHealth.Status.UP)
            .toList());
    return this;
  }
}
