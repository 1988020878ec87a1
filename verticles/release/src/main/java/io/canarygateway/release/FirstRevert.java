package io.canarygateway.release;

import io.canarygateway.config.ReleaseConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.Outcome;
import io.canarygateway.judge.Tally;
import io.canarygateway.judge.WeightCounts;
import io.canarygateway.message.ReleaseVerdict;
import io.canarygateway.release.Transitions.Look;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * Does once what a revert does, with made-up counts and without any effect. Code that a process has
 * never run takes long: about 30 ms for the first evidence, receipt and reading of one, and 3 ms
 * for the next. Most processes have no second revert.
 */
final class FirstRevert {

  private static final double WEIGHT = 0.5;
  private static final long CLIENT = Double.doubleToLongBits(0.25);

  private FirstRevert() {}

  /**
   * Does it on a worker thread with the settings of a route that has a release, if there is one.
   */
  static void rehearse(Vertx vertx, List<RouteConfig> routes) {
    routes.stream()
        .map(RouteConfig::release)
        .filter(ReleaseConfig::isSet)
        .findFirst()
        .ifPresent(
            config ->
                vertx.executeBlocking(
                    () -> {
                      rehearse(config);
                      return null;
                    },
                    false));
  }

  /** Takes up to 100 ms. */
  static void rehearse(ReleaseConfig config) {
    Tally tally = new Tally();
    tally.add(WEIGHT, CLIENT, Outcome.of(true, true, 1));
    List<WeightCounts> counts = tally.counts();
    Evidence evidence = Evidence.of(counts, config.judge());
    Progress progress =
        Progress.begin(config.version(), false, 1, WEIGHT, 0, Rehearsals.NONE)
            .step(Stage.REVERTED, 0, 0, 0);
    Look look = new Look(config, evidence, 1, 0, true, 0);
    Receipt receipt =
        new Receipt(
            Receipt.FORMAT,
            "",
            config.version(),
            Verdict.REVERTED.text(),
            "",
            false,
            Words.reason(Verdict.REVERTED, Stage.REVERTED, counts, look),
            look.steps().number(WEIGHT),
            WEIGHT,
            config.judge(),
            counts,
            evidence,
            0,
            "",
            0,
            0,
            0);
    String json = receipt.toJson();
    ForeignVerdicts.rehearse(
        new ReleaseVerdict("", config.version(), receipt.verdict(), false, "", "", 0, json));
    StoredRelease.parse(new Revert(progress, tally, json).content(null).text());
  }
}
