package io.canarygateway.benchmarks.release;

import io.canarygateway.judge.JudgeSettings;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** How long a good canary takes to be promoted. */
final class GoodCanary {

  /** The default steps that are judged; the next one is 1, which promotes. */
  private static final double[] STEPS = {0.01, 0.05, 0.25};

  private static final double MIN_SECONDS = 60;
  private static final long MIN_CLIENTS = 100;
  private static final double[] RATES = {10, 100, 1_000};
  private static final int RUNS = 1_000;
  private static final double HORIZON = 14 * 86_400;
  private static final double NIGHT = 8 * 3_600;
  private static final double NIGHT_RATE = 3 / 60.0;

  /** One simulated release. */
  private static final class Release {
    private final Draws draws;
    private final double failing;
    private final double rate;
    private final RunningEvidence evidence = new RunningEvidence(JudgeSettings.DEFAULT, STEPS[0]);
    private final double[] passedAfter = new double[STEPS.length];
    private double seconds;
    private boolean reverted;

    /** Canary's good clients that were counted in the step. */
    private long clients;

    Release(Draws draws, double failing, double rate) {
      this.draws = draws;
      this.failing = failing;
      this.rate = rate;
      Arrays.fill(passedAfter, Double.POSITIVE_INFINITY);
    }

    Release run(double horizon) {
      for (int i = 0; i < STEPS.length; i++) {
        evidence.share(STEPS[i]);
        double since = seconds;
        clients = 0;
        if (!pass(STEPS[i], since, horizon)) {
          return this;
        }
        passedAfter[i] = seconds - since;
      }
      return this;
    }

    /**
     * One event after the other: canary's clients, and main's failing ones. Main's good clients
     * change nothing.
     */
    private boolean pass(double share, double since, double horizon) {
      double canary = share * rate;
      double mainFailing = (1 - share) * rate * failing;
      while (seconds < horizon) {
        if (clients >= MIN_CLIENTS && seconds - since >= MIN_SECONDS && evidence.passes()) {
          return true;
        }
        seconds += draws.exponential() / (canary + mainFailing);
        boolean onCanary = draws.with(canary / (canary + mainFailing));
        boolean failed = !onCanary || draws.with(failing);
        if (onCanary) {
          clients++;
        }
        evidence.client(onCanary, failed, 0);
        if (onCanary && failed && evidence.reverts()) {
          reverted = true;
          return false;
        }
      }
      return false;
    }
  }

  private GoodCanary() {}

  private static List<Release> releases(String name, double failing, double rate, double horizon) {
    return LongStream.range(0, RUNS)
        .parallel()
        .mapToObj(run -> new Release(new Draws(name, run), failing, rate).run(horizon))
        .toList();
  }

  static String document() {
    Table table =
        new Table()
            .heading("A good canary")
            .prose(
                """
                How long does a good canary take with the default steps 1 %, 5 %, 25 % and 100 %? A step takes at least 1 minute and 100
                clients. Each request is a new client; 1,000 releases a line, at most 14 days each. The time is that of each step.

                Without any error the first step needs about 5,800 clients on canary, which show that its failure rate is below
                `acceptable` (0.1 %). The steps after it then take little more than their minimum. If both fail for 1 %, only the
                comparison with main can show that canary is good, and a share of 1 % compares slowly. With little traffic, begin with a
                larger share, or set `acceptable` to the failure rate that you accept.
                """)
            .head(
                "both fail",
                "requests/s",
                "1 %, median (p95)",
                "5 %",
                "25 %",
                "promoted",
                "reverted");
    for (double failing : new double[] {0, 0.01}) {
      for (double rate : RATES) {
        List<Release> all = releases("good" + failing + rate, failing, rate, HORIZON);
        String[] cells = {
          Sample.percent(failing),
          Sample.number(rate),
          step(all, 0),
          step(all, 1),
          step(all, 2),
          Sample.percent(step(all, STEPS.length - 1, RUNS).happened()),
          all.stream().filter(release -> release.reverted).count() + " of " + RUNS
        };
        table.row(cells);
      }
    }
    table
        .end()
        .prose(
            """
            At night there is little traffic. The judge then says nothing: 1,000 nights of 8 hours with 3 requests a minute, at the
            first step.
            """)
        .head("both fail", "step passed", "reverted", "neither");
    for (double failing : new double[] {0, 0.01, 0.2}) {
      List<Release> all = releases("night" + failing, failing, NIGHT_RATE, NIGHT);
      long passed = all.stream().filter(each -> Double.isFinite(each.passedAfter[0])).count();
      long reverted = all.stream().filter(each -> each.reverted).count();
      table.row(
          Sample.percent(failing),
          Long.toString(passed),
          Long.toString(reverted),
          Long.toString(RUNS - passed - reverted));
    }
    return table.end().toString();
  }

  private static Sample step(List<Release> all, int step, int runs) {
    return new Sample(
        IntStream.range(0, runs).mapToDouble(i -> all.get(i).passedAfter[step]).toArray());
  }

  private static String step(List<Release> all, int step) {
    Sample seconds = step(all, step, RUNS);
    return Sample.time(seconds.median()) + " (" + Sample.time(seconds.p95()) + ")";
  }
}
