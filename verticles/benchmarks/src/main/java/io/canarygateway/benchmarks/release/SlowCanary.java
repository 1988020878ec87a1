package io.canarygateway.benchmarks.release;

import io.canarygateway.judge.JudgeSettings;

/** How soon a canary is reverted that fails as often as main, but is slower. */
final class SlowCanary {

  static final double MEDIAN_MILLIS = 40;
  static final double SIGMA = 0.8;

  private static final double NORMAL_99 = 2.3263;
  private static final double FAILING = 0.005;
  private static final double[] SHARES = {0.01, 0.05, 0.25};
  private static final double[] RATES = {100, 1_000};
  private static final int RUNS = 1_000;

  /** In the case in which nothing happens, so many clients are looked at. */
  private static final int MOST = 300_000;

  private SlowCanary() {}

  /** How many clients it took until the release was reverted. */
  private static double clients(
      Draws draws, JudgeSettings judge, Service main, Service canary, double share) {
    RunningEvidence evidence = new RunningEvidence(judge, share);
    for (int clients = 1; clients <= MOST; clients++) {
      boolean onCanary = draws.with(share);
      Service service = onCanary ? canary : main;
      evidence.client(onCanary, draws.with(service.failing()), service.exceeded(draws));
      if (onCanary && evidence.reverts()) {
        return clients;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  static String document() {
    Table table =
        new Table()
            .heading("A slower canary")
            .prose(
                """
                Both fail for 0.5 % of their clients. Main's latency is lognormal: median 40 ms, p99 257 ms. "heavier tail" keeps
                canary's median and doubles its p99. "twice as slow" doubles every latency. Each client sends one request; 1,000
                releases a line, at most 300,000 clients each. The times begin after the first 10 s of a release (`judge.warm-up`) and are
                those of so many requests a second; it takes 50 ms more until the verdict is in force (see Harm).
                """)
            .head(
                "canary",
                "share of canary",
                "reverted",
                "clients, median (p95)",
                "100/s, median (p95)",
                "1,000/s, median (p95)");
    double tail = Math.log(2) / NORMAL_99 + SIGMA;
    Service main = Service.lognormal(FAILING, MEDIAN_MILLIS, SIGMA);
    rows(table, "heavier tail", main, Service.lognormal(FAILING, MEDIAN_MILLIS, tail), RUNS);
    rows(table, "twice as slow", main, Service.lognormal(FAILING, 2 * MEDIAN_MILLIS, SIGMA), RUNS);
    rows(table, "the same", main, main, RUNS);
    return table.end().toString();
  }

  private static void rows(Table table, String name, Service main, Service canary, int runs) {
    for (double share : SHARES) {
      Sample clients =
          new Sample(
              Sample.of(
                  runs,
                  run ->
                      clients(
                          new Draws(name + share, run),
                          JudgeSettings.DEFAULT,
                          main,
                          canary,
                          share)));
      String[] cells = {
        name,
        Sample.percent(share),
        Sample.percent(clients.happened()),
        Sample.number(clients.median()) + " (" + Sample.number(clients.p95()) + ")",
        time(clients, RATES[0]),
        time(clients, RATES[1])
      };
      table.row(cells);
    }
  }

  private static String time(Sample clients, double rate) {
    return Sample.time(clients.median() / rate) + " (" + Sample.time(clients.p95() / rate) + ")";
  }
}
