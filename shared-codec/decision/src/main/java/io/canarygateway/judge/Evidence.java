package io.canarygateway.judge;

import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.commons.numbers.gamma.LogBeta;

/**
 * The evidence about a release, as natural logarithms of e-values. If canary fails at most {@code
 * tolerance} times as often as main, the e-value against canary is a non-negative supermartingale
 * that begins at 1. So the chance that it ever reaches 1/α is at most α, however often one looks
 * (Ville's inequality). Immutable.
 *
 * @param revert against canary: failures and latency together
 * @param failures against canary, by failing clients
 * @param latency against canary, by slow clients
 * @param pass for canary: it fails less than {@code tolerance} times as often as main
 * @param absolute for canary: the share of its clients that fail is below {@code acceptable}
 * @param ratio against the split being what was asked
 */
public record Evidence(
    double revert, double failures, double latency, double pass, double absolute, double ratio) {

  /** The odds ratios that are tried against canary. */
  private static final OddsRatios WORSE = new OddsRatios(1.5, 2, 3, 5, 10);

  /** The odds ratios that are tried for canary. */
  private static final OddsRatios BETTER =
      new OddsRatios(1 / 1.5, 1 / 2.0, 1 / 3.0, 1 / 5.0, 1 / 10.0);

  /** The shares of the acceptable failure rate that are tried for canary. */
  private static final double[] BELOW = {0.1, 0.2, 0.5};

  /** How firmly the split is believed to be what was asked, as a number of clients. */
  private static final double PRIOR_STRENGTH = 100;

  /** The chance that a release is held although the split is what was asked. */
  private static final double RATIO_ALPHA = 0.0001;

  /** The value of {@link #ratio} at which a release is held. */
  public static final double RATIO_AT = -Math.log(RATIO_ALPHA);

  /**
   * Computes the evidence.
   *
   * @param counts the counts of all steps, in any order; those of a share that is not between 0 and
   *     1 compare nothing and count for {@link #absolute} only
   * @param settings the settings of the judge
   * @return the evidence
   */
  public static Evidence of(List<WeightCounts> counts, JudgeSettings settings) {
    double tolerance = settings.tolerance();
    double failures =
        odds(counts, tolerance, WORSE, WeightCounts::canaryFailed, WeightCounts::mainFailed);
    double latency = latency(counts, tolerance);
    long clients = sum(counts, WeightCounts::canaryClients);
    long failed = sum(counts, WeightCounts::canaryClientsFailed);
    boolean acceptable = failed <= settings.acceptable() * clients;
    double counted = acceptable ? Math.min(failures, 0) : failures;
    return new Evidence(
        logSum(Math.log(2) + counted, latency) - Math.log(3),
        failures,
        latency,
        odds(counts, tolerance, BETTER, WeightCounts::canaryFailed, WeightCounts::mainFailed),
        absolute(clients, failed, settings.acceptable()),
        ratio(counts));
  }

  /** The mean over odds ratios r of the product over steps of r^c / (1 - w' + w'r)^(c+m). */
  private static double odds(
      List<WeightCounts> counts,
      double tolerance,
      OddsRatios ratios,
      ToLongFunction<WeightCounts> ofCanary,
      ToLongFunction<WeightCounts> ofMain) {
    return logMean(logs(counts, tolerance, ratios, ofCanary, ofMain));
  }

  private static double[] logs(
      List<WeightCounts> counts,
      double tolerance,
      OddsRatios ratios,
      ToLongFunction<WeightCounts> ofCanary,
      ToLongFunction<WeightCounts> ofMain) {
    double[] logs = ratios.none();
    for (WeightCounts each : counts) {
      if (each.weight() > 0 && each.weight() < 1) {
        double canary = (double) ofCanary.applyAsLong(each);
        double main = (double) ofMain.applyAsLong(each);
        ratios.add(logs, ratios.losses(share(each.weight(), tolerance)), canary, main);
      }
    }
    return logs;
  }

  /**
   * What {@link #pass} would be if more clients failed.
   *
   * @param counts the counts so far
   * @param tolerance ρ
   * @param weight canary's share meanwhile, in (0, 1)
   * @param canary how many more clients fail on canary; need not be whole
   * @param main how many more fail on main
   */
  static double passAfter(
      List<WeightCounts> counts, double tolerance, double weight, double canary, double main) {
    double[] logs =
        logs(counts, tolerance, BETTER, WeightCounts::canaryFailed, WeightCounts::mainFailed);
    BETTER.add(logs, BETTER.losses(share(weight, tolerance)), canary, main);
    return logMean(logs);
  }

  /** Canary's share w' of the failing clients if it fails {@code tolerance} times as often. */
  private static double share(double weight, double tolerance) {
    return weight * tolerance / (1 - weight + weight * tolerance);
  }

  /** The mean over the latency bounds. It is computed many times a second: most counts are 0. */
  private static double latency(List<WeightCounts> counts, double tolerance) {
    double[][] logs = new double[LatencyBounds.COUNT][];
    for (WeightCounts each : counts) {
      if (each.weight() > 0 && each.weight() < 1) {
        double[] losses = WORSE.losses(share(each.weight(), tolerance));
        for (int i = 0; i < logs.length; i++) {
          double canary = each.canarySlow().get(i);
          double main = each.mainSlow().get(i);
          if (canary + main > 0) {
            logs[i] = logs[i] == null ? WORSE.none() : logs[i];
            WORSE.add(logs[i], losses, canary, main);
          }
        }
      }
    }
    double[] means = new double[logs.length];
    for (int i = 0; i < logs.length; i++) {
      means[i] = logs[i] == null ? 0 : logMean(logs[i]);
    }
    return logMean(means);
  }

  /** The mean over s of s^c ((1 - p₀s) / (1 - p₀))^(n-c). */
  static double absolute(long clients, long failed, double acceptable) {
    double[] logs = new double[BELOW.length];
    for (int i = 0; i < logs.length; i++) {
      double better = Math.log1p(-acceptable * BELOW[i]) - Math.log1p(-acceptable);
      logs[i] = failed * Math.log(BELOW[i]) + (clients - failed) * better;
    }
    return logMean(logs);
  }

  /** The Beta-binomial e-value of new clients (Lindon and Malek, arXiv 2011.03567). */
  private static double ratio(List<WeightCounts> counts) {
    double log = 0;
    for (WeightCounts each : counts) {
      double weight = each.weight();
      long canary = each.newCanary();
      long main = each.newMain();
      if (weight > 0 && weight < 1 && canary + main > 0) {
        double a = PRIOR_STRENGTH * weight;
        double b = PRIOR_STRENGTH * (1 - weight);
        log +=
            LogBeta.value(a + canary, b + main)
                - LogBeta.value(a, b)
                - canary * Math.log(weight)
                - main * Math.log1p(-weight);
      }
    }
    return log;
  }

  private static long sum(List<WeightCounts> counts, ToLongFunction<WeightCounts> count) {
    return counts.stream().mapToLong(count).sum();
  }

  private static double logMean(double[] logs) {
    double log = Double.NEGATIVE_INFINITY;
    for (double each : logs) {
      log = logSum(log, each);
    }
    return log - Math.log(logs.length);
  }

  /** The logarithm of the sum of two numbers that are given by their logarithms. */
  private static double logSum(double one, double other) {
    double larger = Math.max(one, other);
    return larger == Double.NEGATIVE_INFINITY
        ? larger
        : larger + Math.log1p(Math.exp(Math.min(one, other) - larger));
  }

  /**
   * Decides whether canary has to be reverted.
   *
   * @param settings the settings of the judge
   * @return whether the evidence against canary is enough
   */
  public boolean reverts(JudgeSettings settings) {
    return revert >= -Math.log(settings.falseAlarm());
  }

  /**
   * Decides whether canary is good enough for the next step.
   *
   * @param settings the settings of the judge
   * @return whether the evidence for canary is enough
   */
  public boolean passes(JudgeSettings settings) {
    return Math.max(pass, absolute) >= -Math.log(settings.confidence());
  }

  /** {@return whether the split is not what was asked} */
  public boolean holds() {
    return ratio >= RATIO_AT;
  }
}
