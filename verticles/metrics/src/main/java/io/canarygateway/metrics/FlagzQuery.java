package io.canarygateway.metrics;

import io.canarygateway.flags.Flagz;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.FlagReport.FlagState;
import java.util.List;
import java.util.Locale;

/**
 * What of the flags is asked for, by go-flagz's parameters and a search for people.
 *
 * @param type {@code dynamic} or {@code static}; anything else means both
 * @param onlyChanged whether flags that nothing set are left out
 * @param query a part of the name, the usage or the value, in any case; empty for all
 */
record FlagzQuery(String type, boolean onlyChanged, String query) {

  /** The flags that are asked for. */
  List<FlagState> flags(FlagReport report) {
    String wanted = query.toLowerCase(Locale.ROOT);
    return report.flags().stream()
        .filter(flag -> !onlyChanged || flag.view().changed())
        .filter(flag -> !type.equals("dynamic") || flag.view().dynamic())
        .filter(flag -> !type.equals("static") || !flag.view().dynamic())
        .filter(flag -> wanted.isEmpty() || text(flag).contains(wanted))
        .toList();
  }

  private static String text(FlagState flag) {
    return (flag.view().name() + "\n" + flag.view().usage() + "\n" + flag.view().currentValue())
        .toLowerCase(Locale.ROOT);
  }

  /** go-flagz's document. */
  String json(FlagReport report) {
    return new Flagz(
            report.checksumStatic(),
            report.checksumDynamic(),
            flags(report).stream().map(FlagState::view).toList())
        .toJson();
  }
}
