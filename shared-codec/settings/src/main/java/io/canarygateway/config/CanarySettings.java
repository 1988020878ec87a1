package io.canarygateway.config;

import io.canarygateway.decision.ErrorStatuses;
import io.canarygateway.flags.Csv;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import java.time.Duration;
import java.util.Map;

/** The settings that say whether requests go to canary, and how many. All are dynamic. */
final class CanarySettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean DYNAMIC = true;

  static final Flag<Boolean> CANARY_ENABLED =
      ALL.flag(
          "canary-enabled",
          FlagTypes.bool(),
          true,
          DYNAMIC,
          "The kill switch: false sends every request to main, also with X-Canary: true, and the"
              + " daemon answers master. false at the top level counts for all routes, whatever"
              + " they set.");
  static final Flag<XCanary> X_CANARY =
      ALL.flag(
          "x-canary",
          FlagTypes.oneOf(XCanary.class),
          XCanary.ALL,
          DYNAMIC,
          "Clients whose X-Canary header counts. all: every client, or only trusted-proxies if those"
              + " are set. trusted: trusted-proxies only. off: none.");

  static final Flag<Long> REQUEST_LIMIT =
      ALL.limit(
          "circuit-breaker.request-limit-canary",
          "Requests that the strategy may send to canary; then all go to main. 0: no limit.");
  static final Flag<Long> ERROR_LIMIT =
      ALL.limit(
          "circuit-breaker.error-limit-canary",
          "Canary errors after which all requests go to main. Requests running on canary count as"
              + " possible errors. 0: no limit.");
  static final Flag<ErrorStatuses> ERROR_STATUSES =
      ALL.flag(
          "circuit-breaker.error-statuses",
          statuses(),
          ErrorStatuses.NON_2XX,
          DYNAMIC,
          "Statuses of canary that count as errors: non-2xx (all but 2xx and 101), a class such as"
              + " 5xx, a status such as 429, grpc (a grpc-status other than 0). Failed connections"
              + " and timeouts always count.");
  static final Flag<Duration> WINDOW =
      ALL.flag(
          "circuit-breaker.window",
          FlagTypes.seconds(Duration.ZERO, Duration.ofDays(7)),
          Duration.ZERO,
          DYNAMIC,
          "Time after which a request or an error no longer counts against its limit. 0: they count"
              + " until another generation; if neither etcd nor DynamoDB keeps them, also only until a"
              + " restart.");
  static final Flag<String> GENERATION =
      ALL.flag(
          "circuit-breaker.generation",
          FlagTypes.matching("[^\\r\\n]{0,200}", "a line of at most 200 characters"),
          "",
          DYNAMIC,
          "Any text. A new text resets the breaker: both counts start anew, on all nodes.");

  private CanarySettings() {}

  static FlagType<ErrorStatuses> statuses() {
    return FlagTypes.describe(
        FlagTypes.of(
            "string-slice",
            FlagType.JsonForm.STRING_ARRAY,
            "an array of strings, each " + ErrorStatuses.EXPECTED,
            text -> ErrorStatuses.of(Csv.parse(text).stream().map(String::trim).toList()),
            statuses -> Csv.format(statuses.entries()),
            statuses -> "[" + String.join(" ", statuses.entries()) + "]"),
        Map.of("items", Map.of("pattern", "^ *(non-2xx|[1-5]xx|[1-5][0-9][0-9]|grpc) *$")));
  }
}
