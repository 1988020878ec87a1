package io.canarygateway.config;

import io.canarygateway.decision.ErrorStatuses;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagTypes;
import io.canarygateway.judge.JudgeSettings;
import java.time.Duration;
import java.util.List;

/** The settings of releases. All but the place of their state are dynamic. */
final class ReleaseSettings {

  /** The settings that a route may have, too. */
  static final Catalogue ALL = new Catalogue();

  /** The settings of the process. */
  static final Catalogue OF_PROCESS = new Catalogue();

  private static final boolean DYNAMIC = true;

  static final Flag<String> VERSION =
      ALL.flag(
          "release.version",
          FlagTypes.matching(
              "[^\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]{0,200}",
              "a line of at most 200 characters"),
          "",
          DYNAMIC,
          "Version of canary that is released. A new text starts a release at its first step: the"
              + " gateway then sets rollout.canary itself. Empty: no release.");
  static final Flag<JsonSetting<List<ReleaseStep>>> STEPS =
      ALL.flag(
          "release.steps",
          JsonSetting.type("release-steps", ReleaseStep.EXPECTED, ReleaseStep::readAll),
          JsonSetting.of(ReleaseStep.DEFAULTS, ReleaseStep::readAll),
          DYNAMIC,
          "Canary's shares of clients, rising; each a number or {weight, min-duration,"
              + " min-clients}.");
  static final Flag<ReleaseMode> MODE =
      ALL.flag(
          "release.mode",
          FlagTypes.oneOf(ReleaseMode.class),
          ReleaseMode.ACT,
          DYNAMIC,
          "act: promotes and reverts. hold: as act, but waits for a person before the last step."
              + " observe: changes nothing and only reports what it would do.");
  static final Flag<Double> TOLERANCE =
      ALL.number(
          "release.judge.tolerance",
          JudgeSettings.DEFAULT.tolerance(),
          0.1,
          100,
          "Canary may fail this many times as often as main.");
  static final Flag<Double> FALSE_ALARM =
      chance(
          "release.judge.false-alarm",
          JudgeSettings.DEFAULT.falseAlarm(),
          "Highest chance that a release is reverted although canary fails at most tolerance times"
              + " as often as main.");
  static final Flag<Double> CONFIDENCE =
      chance(
          "release.judge.confidence-alpha",
          JudgeSettings.DEFAULT.confidence(),
          "Highest chance that steps are passed although canary fails more often than tolerance and"
              + " acceptable allow.");
  static final Flag<Double> ACCEPTABLE =
      chance(
          "release.judge.acceptable",
          JudgeSettings.DEFAULT.acceptable(),
          "Share of failing clients up to which canary is good, whatever main does.");
  static final Flag<Duration> WARM_UP =
      ALL.flag(
          "release.judge.warm-up",
          FlagTypes.seconds(Duration.ZERO, Duration.ofHours(1)),
          Duration.ofSeconds(10),
          DYNAMIC,
          "Time from the begin of a release in which slow responses do not count: a canary that was"
              + " just started is slower at first. It begins anew after a second or more in which the"
              + " release did not decide what canary gets. Failures count at once.");
  static final Flag<ErrorStatuses> ERRORS =
      ALL.flag(
          "release.judge.errors",
          CanarySettings.statuses(),
          ErrorStatuses.of(List.of("5xx")),
          DYNAMIC,
          "Statuses of main and canary that count as failures: a class such as 5xx, a status such as"
              + " 429, or non-2xx. Failed connections and timeouts always count.");

  static final Flag<String> STATE_DIR =
      OF_PROCESS.path(
          "release.state-dir",
          "/var/lib/canary-gateway",
          "Directory in which the state of releases is kept, if neither etcd nor dynamodb is set.");

  private ReleaseSettings() {}

  private static Flag<Double> chance(String name, double byDefault, String usage) {
    return ALL.number(name, byDefault, 1e-9, 0.5, usage);
  }
}
