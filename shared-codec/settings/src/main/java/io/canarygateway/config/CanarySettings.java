package io.canarygateway.config;

import io.canarygateway.decision.ErrorStatuses;
import io.canarygateway.flags.Csv;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagType;
import io.canarygateway.flags.FlagTypes;
import java.time.Duration;

/** The settings that say whether anything goes to canary, and how much. All are dynamic. */
final class CanarySettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean DYNAMIC = true;

  static final Flag<Boolean> CANARY_ENABLED =
      ALL.flag(
          "canary-enabled",
          FlagTypes.bool(),
          true,
          DYNAMIC,
          "The kill switch: false sends everything to main, X-Canary: true too.");
  static final Flag<XCanary> X_CANARY =
      ALL.flag(
          "x-canary",
          FlagTypes.oneOf(XCanary.class),
          XCanary.ALL,
          DYNAMIC,
          "Whose X-Canary header is honoured.");

  static final Flag<Long> REQUEST_LIMIT =
      ALL.limit(
          "circuit-breaker.request-limit-canary", "Requests that may go to canary; 0 is no limit.");
  static final Flag<Long> ERROR_LIMIT =
      ALL.limit(
          "circuit-breaker.error-limit-canary",
          "Canary errors after which all goes to main; 0 is no limit.");
  static final Flag<ErrorStatuses> ERROR_STATUSES =
      ALL.flag(
          "circuit-breaker.error-statuses",
          FlagTypes.of(
              "string-slice",
              FlagType.JsonForm.STRING_ARRAY,
              "an array of strings, each " + ErrorStatuses.EXPECTED,
              text -> ErrorStatuses.of(Csv.parse(text).stream().map(String::trim).toList()),
              statuses -> Csv.format(statuses.entries()),
              statuses -> "[" + String.join(" ", statuses.entries()) + "]"),
          ErrorStatuses.NON_2XX,
          DYNAMIC,
          "Statuses of canary that count as errors.");
  static final Flag<Duration> WINDOW =
      ALL.flag(
          "circuit-breaker.window",
          FlagTypes.seconds(Duration.ZERO, Duration.ofDays(7)),
          Duration.ZERO,
          DYNAMIC,
          "The limits hold for the last so much time; 0 never forgets anything.");
  static final Flag<String> GENERATION =
      ALL.flag(
          "circuit-breaker.generation",
          FlagTypes.matching("[^\\r\\n]{0,200}", "a line of at most 200 characters"),
          "",
          DYNAMIC,
          "Any text; a new one starts the counts of both limits anew.");

  private CanarySettings() {}
}
