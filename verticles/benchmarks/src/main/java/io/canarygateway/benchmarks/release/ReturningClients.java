package io.canarygateway.benchmarks.release;

import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.JudgeSettings;
import io.canarygateway.judge.Outcome;
import io.canarygateway.judge.Tally;
import java.util.Arrays;

/**
 * False alarms among clients that come again and again while the share rises, counted by the real
 * {@code Tally} and judged by the real {@code Evidence}.
 */
final class ReturningClients {

  private static final double[] SHARES = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8};
  private static final int CLIENTS = 400;
  private static final int RUNS = 10_000;
  private static final int REQUESTS = 4_000;
  private static final double ALPHA = 0.05;
  private static final JudgeSettings EQUAL = new JudgeSettings(1, ALPHA, 0.01, 1e-9);

  private ReturningClients() {}

  /**
   * Simulates one release. A client has a constant assignment, and its own chance that a request
   * fails, on whichever arm: for most small, for some large.
   *
   * @param perRequest whether each failed request counts, not each client
   */
  static boolean reverts(Draws draws, boolean perRequest) {
    double[] assignments = new double[CLIENTS];
    double[] failing = new double[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
      assignments[i] = draws.uniform();
      double skewed = draws.uniform();
      failing[i] = 0.5 * skewed * skewed * skewed * skewed * skewed * skewed;
    }
    Judge judge = perRequest ? new PerRequest() : new PerClient();
    int each = REQUESTS / SHARES.length;
    for (int request = 0; request < REQUESTS; request++) {
      double share = SHARES[request / each];
      int client = draws.below(CLIENTS);
      byte outcome = Outcome.of(assignments[client] < share, draws.with(failing[client]), 0);
      if (judge.reverts(share, Double.doubleToLongBits(assignments[client]), outcome)) {
        return true;
      }
    }
    return false;
  }

  /** Counts outcomes and judges them. */
  private interface Judge {
    boolean reverts(double share, long client, byte outcome);
  }

  /** As the gateway counts. */
  private static final class PerClient implements Judge {
    private final Tally tally = new Tally(0);

    @Override
    public boolean reverts(double share, long client, byte outcome) {
      boolean news = isBad(outcome) && tally.concerns(client, outcome);
      tally.add(share, client, outcome);
      return news && Evidence.of(tally.counts(), EQUAL).reverts(EQUAL);
    }
  }

  /** As it would be wrong. */
  private static final class PerRequest implements Judge {
    private final RunningEvidence evidence = new RunningEvidence(EQUAL, SHARES[0]);
    private double now = SHARES[0];

    @Override
    public boolean reverts(double share, long client, byte outcome) {
      if (share != now) {
        evidence.share(share);
        now = share;
      }
      evidence.client(Outcome.isCanary(outcome), Outcome.isFailed(outcome), 0);
      return isBad(outcome) && evidence.reverts();
    }
  }

  private static boolean isBad(byte outcome) {
    return Outcome.isCanary(outcome) && Outcome.isFailed(outcome);
  }

  private static Alarms alarms(boolean perRequest) {
    double[] reverted =
        Sample.of(RUNS, run -> reverts(new Draws("returning", run), perRequest) ? 1 : 0);
    return new Alarms((long) Arrays.stream(reverted).sum(), RUNS);
  }

  static String document() {
    return new Table()
        .heading("Clients that come again")
        .prose(
            """
            Real clients send many requests, and some clients fail all the time. If each failed request counted, one such client on
            canary could revert a release. So each client counts once in a release. Here 400 clients send 4,000 requests while the
            share rises in eight steps from 5 % to 80 %. Each client has its own chance to fail, the same on both arms: 6 % of the
            clients fail in a third of their requests or more. `tolerance` is 1, α is 5 %; 10,000 releases.
            """)
        .head("counted by", "reverted at α = 5 %")
        .row("client, as the gateway does", alarms(false).toString())
        .row("request", alarms(true).toString())
        .end()
        .toString();
  }
}
