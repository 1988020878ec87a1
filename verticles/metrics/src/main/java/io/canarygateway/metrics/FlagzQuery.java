package io.canarygateway.metrics;

import io.canarygateway.flags.FlagView;
import io.canarygateway.flags.Flagz;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.FlagReport.FlagState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The query of {@code /debug/flagz}: go-flagz's parameters, and a search.
 *
 * @param type {@code dynamic} or {@code static}; any other text means both
 * @param onlyChanged whether flags with nothing but their default are left out
 * @param query a part of the name, the usage or the value, in upper or lower case; empty for all
 */
record FlagzQuery(String type, boolean onlyChanged, String query) {

  /** The flags that match the query. */
  List<FlagState> flags(FlagReport report) {
    String wanted = query.toLowerCase(Locale.ROOT);
    return report.flags().stream()
        .filter(flag -> !onlyChanged || flag.changed())
        .filter(flag -> !type.equals("dynamic") || flag.dynamic())
        .filter(flag -> !type.equals("static") || !flag.dynamic())
        .filter(flag -> wanted.isEmpty() || text(flag).contains(wanted))
        .toList();
  }

  private static String text(FlagState flag) {
    return (flag.name() + "\n" + flag.usage() + "\n" + flag.currentValue())
        .toLowerCase(Locale.ROOT);
  }

  private static FlagView view(FlagState flag) {
    return new FlagView(
        flag.name(),
        flag.type(),
        flag.usage(),
        flag.currentValue(),
        flag.defaultValue(),
        flag.changed(),
        flag.dynamic());
  }

  /**
   * The JSON document that go-flagz's tools read. Each flag also has {@code source}, {@code
   * covered_by} and {@code covered}.
   */
  String json(FlagReport report) {
    List<FlagState> flags = flags(report);
    Map<String, FlagState> byName =
        flags.stream().collect(Collectors.toMap(FlagState::name, Function.identity()));
    return new Flagz(
            report.checksumStatic(),
            report.checksumDynamic(),
            flags.stream().map(FlagzQuery::view).toList())
        .toJson(view -> layers(Objects.requireNonNull(byName.get(view.name()))));
  }

  /** The layer of the value in force, and the values of lower layers. */
  private static Map<String, Object> layers(FlagState flag) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("source", flag.source());
    fields.put("covered_by", flag.covered().isEmpty() ? "" : flag.source());
    fields.put(
        "covered",
        flag.covered().stream()
            .map(covered -> Map.of("source", covered.source(), "value", covered.value()))
            .toList());
    return fields;
  }
}
