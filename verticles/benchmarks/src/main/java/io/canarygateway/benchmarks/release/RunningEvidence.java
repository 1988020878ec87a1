package io.canarygateway.benchmarks.release;

import io.canarygateway.judge.JudgeSettings;
import io.canarygateway.judge.LatencyBounds;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The evidence of one release, kept up to date client by client. {@code Evidence.of} is the
 * definition; a test compares both on random releases.
 */
final class RunningEvidence {

  private static final double[] WORSE = {1.5, 2, 3, 5, 10};
  private static final double[] BETTER = {1 / 1.5, 1 / 2.0, 1 / 3.0, 1 / 5.0, 1 / 10.0};
  private static final double[] BELOW = {0.1, 0.2, 0.5};

  private final JudgeSettings settings;
  private final Odds failures;
  private final Odds better;
  private final Odds[] slow;

  /** How many clients of the present share exceeded exactly so many bounds. */
  private final long[] canarySlow = new long[LatencyBounds.COUNT + 1];

  private final long[] mainSlow = new long[LatencyBounds.COUNT + 1];
  private boolean anySlow;
  private long canaryClients;
  private long canaryFailed;

  RunningEvidence(JudgeSettings settings, double weight) {
    this.settings = settings;
    double tolerance = settings.tolerance();
    failures = new Odds(tolerance, WORSE);
    better = new Odds(tolerance, BETTER);
    slow =
        IntStream.range(0, LatencyBounds.COUNT)
            .mapToObj(bound -> new Odds(tolerance, WORSE))
            .toArray(Odds[]::new);
    share(weight);
  }

  /** Begins another share of clients for canary. */
  void share(double weight) {
    countSlow();
    failures.share(weight);
    better.share(weight);
    for (Odds each : slow) {
      each.share(weight);
    }
    Arrays.fill(canarySlow, 0);
    Arrays.fill(mainSlow, 0);
  }

  /** Counts a client that sends one request. */
  void client(boolean canary, boolean failed, int exceeded) {
    if (exceeded > 0) {
      (canary ? canarySlow : mainSlow)[exceeded]++;
      anySlow = true;
    }
    if (failed) {
      failing(canary);
    } else if (canary) {
      canaryClients++;
    }
  }

  /** Counts a failing client that is not slow. */
  void failing(boolean canary) {
    failures.add(canary);
    better.add(canary);
    if (canary) {
      canaryClients++;
      canaryFailed++;
    }
  }

  /** Counts clients of canary that neither fail nor are slow. */
  void goodOnCanary(long clients) {
    canaryClients += clients;
  }

  private void countSlow() {
    long canary = 0;
    long main = 0;
    for (int bound = LatencyBounds.COUNT - 1; bound >= 0; bound--) {
      canary += canarySlow[bound + 1];
      main += mainSlow[bound + 1];
      slow[bound].set(canary, main);
    }
  }

  private boolean acceptable() {
    return canaryFailed <= settings.acceptable() * canaryClients;
  }

  /**
   * The logarithm of the evidence against canary.
   *
   * @param least below this, any value below this may be returned, which is faster
   */
  double revert(double least) {
    double largest = acceptable() ? Math.min(failures.largest(), 0) : failures.largest();
    if (anySlow) {
      countSlow();
      for (Odds each : slow) {
        largest = Math.max(largest, each.largest());
      }
    }
    return Math.max(largest, 0) < least ? Math.max(largest, 0) : revert();
  }

  double revert() {
    countSlow();
    double byFailures = acceptable() ? Math.min(failures.log(), 0) : failures.log();
    double byLatency =
        anySlow
            ? mean(IntStream.range(0, slow.length).mapToDouble(i -> slow[i].log()).toArray())
            : 0;
    return mean(byFailures, byFailures, byLatency);
  }

  boolean reverts() {
    double at = -Math.log(settings.falseAlarm());
    return revert(at) >= at;
  }

  double pass() {
    return better.log();
  }

  double absolute() {
    double[] logs = new double[BELOW.length];
    double acceptable = settings.acceptable();
    for (int i = 0; i < logs.length; i++) {
      logs[i] =
          canaryFailed * Math.log(BELOW[i])
              + (canaryClients - canaryFailed)
                  * (Math.log1p(-acceptable * BELOW[i]) - Math.log1p(-acceptable));
    }
    return mean(logs);
  }

  boolean passes() {
    return Math.max(pass(), absolute()) >= -Math.log(settings.confidence());
  }

  /** The logarithm of the mean of numbers that are given by their logarithms. */
  private static double mean(double... logs) {
    double largest = Arrays.stream(logs).max().orElseThrow();
    double sum = 0;
    for (double each : logs) {
      sum += Math.exp(each - largest);
    }
    return largest + Math.log(sum / logs.length);
  }
}
