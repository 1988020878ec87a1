package io.canarygateway.benchmarks.release;

import io.canarygateway.judge.JudgeSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How often a release is reverted although canary fails, and is slow, at most as often as is
 * tolerated. The evidence is looked at after every client that can raise it.
 */
final class FalseAlarms {

  /** The shares that are compared; several are steps in turn. */
  static final double[][] SHARES = {{0.01}, {0.1}, {0.5}, {0.01, 0.05, 0.25, 0.5}};

  static final double[] MAIN_FAILING = {0.0001, 0.01, 0.2};
  static final List<Double> ALPHAS = List.of(0.001, 0.05);

  /** So small that the rule about acceptable failures never holds back the evidence. */
  static final double NEVER_ACCEPTABLE = 1e-9;

  /** Evidence below this reverts at none of {@link #ALPHAS}, so it need not be known exactly. */
  private static final double UNINTERESTING = 2.9;

  private static final int RUNS = 10_000;
  private static final int FAILING_CLIENTS = 2_000;
  private static final int CLIENTS = 3_000;

  /** The results of one combination, for each of {@link #ALPHAS}. */
  private record Result(List<Alarms> alarms) {

    static Result of(double[] peaks) {
      List<Alarms> alarms = new ArrayList<>();
      for (double alpha : ALPHAS) {
        alarms.add(FalseAlarms.alarms(peaks, alpha));
      }
      return new Result(alarms);
    }
  }

  private final List<String> refuted = new ArrayList<>();

  static Alarms alarms(double[] peaks, double alpha) {
    return new Alarms(
        Arrays.stream(peaks).filter(peak -> peak >= -Math.log(alpha)).count(), peaks.length);
  }

  /** The combinations whose false alarms are more than chance explains. */
  List<String> refuted() {
    return refuted;
  }

  /**
   * The highest evidence of one release, of which only the failing clients are simulated: no others
   * change the evidence, but for the number of good clients on canary between them.
   *
   * @param times how many times as often as main canary fails; at most the tolerance
   */
  static double peak(
      Draws draws,
      JudgeSettings judge,
      double mainFailing,
      double times,
      double[] shares,
      int most) {
    RunningEvidence evidence = new RunningEvidence(judge, shares[0]);
    double canaryFailing = Math.min(1, mainFailing * times);
    double highest = UNINTERESTING;
    for (double share : shares) {
      evidence.share(share);
      double canary = share * canaryFailing;
      double failing = canary + (1 - share) * mainFailing;
      double good = share * (1 - canaryFailing);
      for (int i = 0; i < most / shares.length; i++) {
        evidence.goodOnCanary(draws.failuresBefore(failing / (failing + good)));
        boolean onCanary = draws.with(canary / failing);
        evidence.failing(onCanary);
        if (onCanary) {
          highest = Math.max(highest, evidence.revert(highest));
        }
      }
    }
    return highest;
  }

  /** The highest evidence of one release whose clients fail and are slow, client by client. */
  static double peak(
      Draws draws, JudgeSettings judge, Service main, Service canary, double[] shares, int most) {
    RunningEvidence evidence = new RunningEvidence(judge, shares[0]);
    double highest = UNINTERESTING;
    for (double share : shares) {
      evidence.share(share);
      for (int i = 0; i < most / shares.length; i++) {
        boolean onCanary = draws.with(share);
        Service service = onCanary ? canary : main;
        evidence.client(onCanary, draws.with(service.failing()), service.exceeded(draws));
        if (onCanary) {
          highest = Math.max(highest, evidence.revert(highest));
        }
      }
    }
    return highest;
  }

  private static String name(double[] shares) {
    return shares.length == 1 ? Sample.percent(shares[0]) : "rising";
  }

  private Result result(String name, double[] peaks) {
    Result result = Result.of(peaks);
    for (int i = 0; i < ALPHAS.size(); i++) {
      if (result.alarms().get(i).refutes(ALPHAS.get(i))) {
        refuted.add(name + ": " + result.alarms().get(i));
      }
    }
    return result;
  }

  String document() {
    Table table =
        new Table()
            .heading("False alarms")
            .prose(
                """
                How many good releases are reverted? Each line is 10,000 simulated releases. The evidence is looked at after every
                client that can raise it, so thousands of times a release. `false-alarm` α promises that the share of reverted
                releases is at most α; in brackets is the exact 95 % confidence interval. "1.5 x" is the hardest case that still
                counts as good: canary fails exactly as often as `tolerance` allows. "rising" goes through the shares 1 %, 5 %, 25 %
                and 50 %.

                Each release has 2,000 failing clients. Where main fails for 0.01 % of its clients, canary's rate is below
                `acceptable` (0.1 %), so failures count for nothing most of the time. The lines "no rate" leave that rule out; then
                main's rate does not matter.
                """)
            .head(
                "main fails",
                "canary",
                "share of canary",
                "reverted at α = 0.1 %",
                "reverted at α = 5 %");
    List<Double> rates = new ArrayList<>();
    Arrays.stream(MAIN_FAILING).forEach(rates::add);
    rates.add(0.0);
    for (double rate : rates) {
      for (double times : new double[] {1, 1.5}) {
        for (double[] shares : SHARES) {
          JudgeSettings judge = rate > 0 ? JudgeSettings.DEFAULT : neverAcceptable();
          double failing = rate > 0 ? rate : 0.01;
          String name =
              (rate > 0 ? Sample.percent(rate) : "no rate") + ", " + times + " x, " + name(shares);
          double[] peaks =
              Sample.of(
                  RUNS,
                  run ->
                      peak(new Draws(name, run), judge, failing, times, shares, FAILING_CLIENTS));
          row(table, name, result(name, peaks));
        }
      }
    }
    latency(table.end());
    return table.toString();
  }

  private static JudgeSettings neverAcceptable() {
    JudgeSettings judge = JudgeSettings.DEFAULT;
    return new JudgeSettings(
        judge.tolerance(), judge.falseAlarm(), judge.confidence(), NEVER_ACCEPTABLE);
  }

  private static void row(Table table, String name, Result result) {
    List<String> cells = new ArrayList<>(List.of(name.split(", ")));
    result.alarms().forEach(each -> cells.add(each.toString()));
    table.row(cells);
  }

  private void latency(Table table) {
    table
        .prose(
            """
            The same with latency, whose 33 bounds are tested at once. Latency is lognormal (median 40 ms, p99 257 ms). At "1.5 x"
            canary exceeds each bound 1.5 times as often as main, and fails 1.5 times as often. Each release has 3,000 clients.
            """)
        .head(
            "main fails",
            "canary",
            "share of canary",
            "reverted at α = 0.1 %",
            "reverted at α = 5 %");
    for (double rate : new double[] {0, 0.05}) {
      for (double times : new double[] {1, 1.5}) {
        for (double[] shares : SHARES) {
          Service main = Service.lognormal(rate, SlowCanary.MEDIAN_MILLIS, SlowCanary.SIGMA);
          Service canary = main.times(times);
          String name = Sample.percent(rate) + ", " + times + " x, " + name(shares);
          double[] peaks =
              Sample.of(
                  RUNS,
                  run ->
                      peak(
                          new Draws("latency " + name, run),
                          JudgeSettings.DEFAULT,
                          main,
                          canary,
                          shares,
                          CLIENTS));
          row(table, name, result("latency " + name, peaks));
        }
      }
    }
  }
}
