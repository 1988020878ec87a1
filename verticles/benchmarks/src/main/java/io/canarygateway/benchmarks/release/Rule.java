package io.canarygateway.benchmarks.release;

import io.canarygateway.judge.JudgeSettings;

/** A rule that takes a bad canary back, and what happens until it does. */
enum Rule {
  GATEWAY("this gateway") {
    @Override
    Harmed run(Draws draws, double canaryFailing, double rate) {
      RunningEvidence evidence = new RunningEvidence(JudgeSettings.DEFAULT, SHARE);
      double canary = SHARE * canaryFailing;
      double failing = canary + (1 - SHARE) * MAIN_FAILING;
      double good = SHARE * (1 - canaryFailing);
      double seconds = 0;
      for (long failed = 0; seconds < HORIZON; ) {
        seconds += draws.exponential() / (failing * rate);
        evidence.goodOnCanary(draws.failuresBefore(failing / (failing + good)));
        boolean onCanary = draws.with(canary / failing);
        evidence.failing(onCanary);
        failed += onCanary ? 1 : 0;
        if (onCanary && seconds < HORIZON && evidence.reverts()) {
          return new Harmed(seconds + IN_FORCE, failed + draws.poisson(rate * canary * IN_FORCE));
        }
      }
      return Harmed.NEVER;
    }
  },

  FLAGGER("Flagger") {
    @Override
    Harmed run(Draws draws, double canaryFailing, double rate) {
      long failed = 0;
      int failedChecks = 0;
      for (double seconds = INTERVAL; seconds <= HORIZON; seconds += INTERVAL) {
        long bad = draws.poisson(rate * SHARE * canaryFailing * INTERVAL);
        long good = draws.poisson(rate * SHARE * (1 - canaryFailing) * INTERVAL);
        failed += bad;
        if (failedChecks >= THRESHOLD) {
          return new Harmed(seconds, failed);
        }
        if (bad + good == 0 || good < FLAGGER_SUCCESS * (bad + good)) {
          failedChecks++;
        }
      }
      return Harmed.NEVER;
    }
  },

  ARGO("Argo Rollouts") {
    @Override
    Harmed run(Draws draws, double canaryFailing, double rate) {
      long failed = 0;
      for (double seconds = INTERVAL; seconds <= HORIZON; seconds += INTERVAL) {
        long bad = draws.poisson(rate * SHARE * canaryFailing * INTERVAL);
        long good = draws.poisson(rate * SHARE * (1 - canaryFailing) * INTERVAL);
        failed += bad;
        if (bad + good > 0 && good < ARGO_SUCCESS * (bad + good)) {
          return new Harmed(seconds, failed);
        }
      }
      return Harmed.NEVER;
    }
  };

  /** Canary's share of clients. */
  static final double SHARE = 0.01;

  static final double MAIN_FAILING = 0.005;

  /** How long it is looked at, in seconds. */
  static final double HORIZON = 8 * 3_600;

  /**
   * Scores leave an event loop every 25 ms, and the slowest loop may be 25 ms behind, in seconds.
   */
  private static final double IN_FORCE = 0.05;

  private static final double INTERVAL = 60;
  private static final int THRESHOLD = 5;
  private static final double FLAGGER_SUCCESS = 0.99;
  private static final double ARGO_SUCCESS = 0.95;

  /**
   * What happened until the canary was taken back.
   *
   * @param seconds the time until that was in force; infinite if it did not happen
   * @param failed how many requests failed on canary until then
   */
  record Harmed(double seconds, double failed) {
    static final Harmed NEVER = new Harmed(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  /** The rule's name. */
  final String text;

  Rule(String text) {
    this.text = text;
  }

  /**
   * Simulates one release.
   *
   * @param canaryFailing the share of requests that fail on canary
   * @param rate the requests in a second, on both arms
   */
  abstract Harmed run(Draws draws, double canaryFailing, double rate);
}
