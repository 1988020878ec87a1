package io.canarygateway.benchmarks.release;

import io.canarygateway.benchmarks.release.Rule.Harmed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** What a bad canary does until it is taken back, by three rules. */
final class Harm {

  static final double[] CANARY_FAILING = {1, 0.1, 0.02};
  static final double[] RATES = {10, 100, 1_000};

  private static final int RUNS = 2_000;
  private static final double TEN_MINUTES = 600;
  private static final double HOUR = 3_600;

  /**
   * The results of one combination.
   *
   * @param failed requests that failed on canary
   */
  record Line(Rule rule, double canaryFailing, double rate, Sample seconds, Sample failed) {}

  private List<Line> lines = List.of();

  private static Line line(Rule rule, double failing, double rate) {
    List<Harmed> all =
        LongStream.range(0, RUNS)
            .parallel()
            .mapToObj(
                run -> rule.run(new Draws("harm" + rule + failing + rate, run), failing, rate))
            .toList();
    return new Line(
        rule,
        failing,
        rate,
        new Sample(all.stream().mapToDouble(Harmed::seconds).toArray()),
        new Sample(all.stream().mapToDouble(Harmed::failed).toArray()));
  }

  private static List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    for (double failing : CANARY_FAILING) {
      for (double rate : RATES) {
        for (Rule rule : Rule.values()) {
          lines.add(line(rule, failing, rate));
        }
      }
    }
    return lines;
  }

  String document() {
    lines = lines();
    Table table =
        new Table()
            .heading("Harm")
            .prose(
                """
                What does a bad canary do until it is taken back? Canary has 1 % of the clients; main fails for 0.5 % of its requests.
                Each request is a new client. Each line is 2,000 releases of at most 8 hours; "—" means that it was not taken back in
                that time in half (or, in brackets, in 95 %) of the releases.

                - **This gateway**: reverts at `false-alarm` 0.001. Evidence by latency is left out, and 50 ms are added until the
                  verdict is in force: scores leave an event loop every 25 ms, and the slowest loop may be 25 ms behind.
                - **Flagger**: `interval` 60 s, `threshold` 5, success rate at least 99 % over the last interval. An interval without
                  requests is a failed check. Failed checks add up. The rollback comes with the check after the fifth failed one.
                - **Argo Rollouts**: a background analysis with `interval` 60 s, `successCondition` at least 0.95 (as in its
                  documentation) and `failureLimit` 0 (its default), so the first failed measurement aborts. A measurement without
                  requests counts as none.

                Assumed in favour of the other two: their metrics arrive at once, and canary's share stays at 1 % although their passed
                checks would raise it.

                ![Requests that fail on canary until it is taken back](releases.svg)
                """)
            .head(
                "canary fails",
                "requests/s",
                "rule",
                "taken back within 8 h",
                "failed on canary, median (p95)",
                "time, median (p95)");
    lines.forEach(line -> row(table, line));
    table
        .end()
        .prose(
            """
            A rule that is quick by a threshold pays with false alarms. The same rules with a canary that fails exactly as often as
            main, for 0.5 % of its requests, and that stays at 1 %. The longer a release takes, the more often a threshold is crossed
            by chance; a release of a few minutes, as Flagger's is if its checks pass, is concerned less.
            """)
        .head("requests/s", "rule", "taken back within 10 min", "within 1 h", "within 8 h");
    for (double rate : RATES) {
      for (Rule rule : Rule.values()) {
        Sample seconds = line(rule, Rule.MAIN_FAILING, rate).seconds();
        table.row(
            Sample.number(rate),
            rule.text,
            Sample.percent(seconds.happenedBy(TEN_MINUTES)),
            Sample.percent(seconds.happenedBy(HOUR)),
            Sample.percent(seconds.happened()));
      }
    }
    return table.end().toString();
  }

  private static void row(Table table, Line line) {
    table.row(
        Sample.percent(line.canaryFailing()),
        Sample.number(line.rate()),
        line.rule().text,
        Sample.percent(line.seconds().happened()),
        Sample.number(line.failed().median()) + " (" + Sample.number(line.failed().p95()) + ")",
        Sample.time(line.seconds().median()) + " (" + Sample.time(line.seconds().p95()) + ")");
  }

  /** The plot of {@link #document}. */
  String plot() {
    return HarmPlot.of(lines);
  }
}
