package io.canarygateway.benchmarks.release;

import io.canarygateway.judge.AdmissionOrder;
import io.canarygateway.judge.JudgeSettings;
import io.canarygateway.judge.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Arms whose failures take differently long. Event loops report to the real {@link AdmissionOrder},
 * as the proxy does.
 */
final class SlowFailures {

  private static final int[] LOOPS = {2, 8, 64};
  private static final double[] SHARES = {0.1, 0.5};
  private static final double ALPHA = 0.05;
  private static final int RUNS = 1_000;
  private static final double SLOW = 5;
  private static final double FAST = 0.01;
  private static final double GOOD = 0.02;
  private static final double RATE = 200;

  /** How often a loop reports, and the order is read, in seconds. */
  private static final double TICK = 0.025;

  private static final double NANOS = 1e9;

  /** Where failures of main and canary are equal: a rare one would need long simulations. */
  private static final double EQUAL_FAILING = 0.2;

  private static final double EQUAL_SECONDS = 30;
  private static final double LONGEST = 120;

  /**
   * One arm.
   *
   * @param failing the share of its requests that fail
   * @param seconds how long they take until they fail
   */
  record Arm(double failing, double seconds) {}

  /** A request; the times are in seconds. */
  private record Request(double admitted, double resolved, int loop, byte outcome) {}

  private final List<String> refuted = new ArrayList<>();

  List<String> refuted() {
    return refuted;
  }

  private static List<Request> requests(
      Draws draws, Arm main, Arm canary, double share, int loops, double seconds) {
    List<Request> requests = new ArrayList<>();
    for (double now = draws.exponential() / RATE;
        now < seconds;
        now += draws.exponential() / RATE) {
      boolean onCanary = draws.with(share);
      Arm arm = onCanary ? canary : main;
      boolean failed = draws.with(arm.failing());
      requests.add(
          new Request(
              now,
              now + (failed ? arm.seconds() : GOOD),
              draws.below(loops),
              Outcome.of(onCanary, failed, 0)));
    }
    return requests;
  }

  /** Counts outcomes, and notes whether the release was reverted. */
  private static final class Judge implements AdmissionOrder.Sink {
    private final RunningEvidence evidence;
    private boolean reverted;

    Judge(JudgeSettings settings, double share) {
      evidence = new RunningEvidence(settings, share);
    }

    @Override
    public void score(double weight, long client, byte outcome) {
      evidence.client(Outcome.isCanary(outcome), Outcome.isFailed(outcome), 0);
      if (Outcome.isCanary(outcome) && Outcome.isFailed(outcome)) {
        reverted = reverted || evidence.reverts();
      }
    }
  }

  /** The seconds until the release was reverted, counted in the order of admission. */
  static double inOrder(
      Draws draws, Arm main, Arm canary, double share, int loops, double seconds, double alpha) {
    List<Request> requests = requests(draws, main, canary, share, loops, seconds);
    List<List<Request>> byLoop = new ArrayList<>();
    for (int i = 0; i < loops; i++) {
      byLoop.add(new ArrayList<>());
    }
    requests.forEach(request -> byLoop.get(request.loop()).add(request));
    AdmissionOrder order = new AdmissionOrder();
    Judge judge = new Judge(settings(alpha), share);
    int[] next = new int[loops];
    for (double now = TICK; now < seconds + SLOW + 1; now += TICK) {
      for (int loop = 0; loop < loops; loop++) {
        next[loop] = report(order, share, loop, byLoop.get(loop), next[loop], now);
      }
      order.drain(judge);
      if (judge.reverted) {
        return now + TICK;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  /** A loop sends what is resolved up to its oldest request that is not, and its watermark. */
  private static int report(
      AdmissionOrder order, double share, int loop, List<Request> requests, int from, double now) {
    int to = from;
    while (to < requests.size()
        && requests.get(to).admitted() <= now
        && requests.get(to).resolved() <= now) {
      to++;
    }
    int size = to - from;
    String source = "loop-" + loop;
    if (size > 0) {
      long[] clients = new long[size];
      long[] admitted = new long[size];
      byte[] outcomes = new byte[size];
      for (int i = 0; i < size; i++) {
        Request request = requests.get(from + i);
        clients[i] = i;
        admitted[i] = nanos(request.admitted());
        outcomes[i] = request.outcome();
      }
      order.add(source, share, size, clients, admitted, outcomes);
    }
    boolean waits = to < requests.size() && requests.get(to).admitted() <= now;
    order.watermark(source, nanos(waits ? requests.get(to).admitted() : now));
    return to;
  }

  private static long nanos(double seconds) {
    return (long) (seconds * NANOS);
  }

  /** Whether the release was reverted, counted as the responses came. */
  private static boolean asTheyCome(Draws draws, Arm main, Arm canary, double share) {
    Request[] requests =
        requests(draws, main, canary, share, 1, EQUAL_SECONDS).toArray(Request[]::new);
    Arrays.sort(requests, (one, other) -> Double.compare(one.resolved(), other.resolved()));
    Judge judge = new Judge(settings(ALPHA), share);
    for (Request request : requests) {
      judge.score(share, 0, request.outcome());
    }
    return judge.reverted;
  }

  /** In the comparison of equal arms nothing is tolerated, so that they are at the limit. */
  private static JudgeSettings settings(double alpha) {
    return alpha == ALPHA
        ? new JudgeSettings(1, alpha, 0.01, FalseAlarms.NEVER_ACCEPTABLE)
        : JudgeSettings.DEFAULT;
  }

  private static Alarms alarms(double... reverted) {
    return new Alarms((long) Arrays.stream(reverted).sum(), reverted.length);
  }

  String document() {
    Table table =
        new Table()
            .heading("Failures that take long")
            .prose(
                """
                A timeout is known after seconds, a refused connection at once. If outcomes counted as they come, the arm that fails
                fast would be ahead of the other. The gateway counts in the order of admission: a request counts once every request
                before it, on all event loops, is answered or has passed its deadline.

                Main and canary fail equally often, for 20 % of the clients; one fails after 5 s, the other after 10 ms. 200 requests/s
                for 30 s, `tolerance` 1, α = 5 %, 1,000 releases a line. Failures only: the difference in latency is real.
                """)
            .head("slow failures", "share of canary", "event loops", "reverted", "as they come");
    Arm slow = new Arm(EQUAL_FAILING, SLOW);
    Arm fast = new Arm(EQUAL_FAILING, FAST);
    for (boolean slowCanary : new boolean[] {true, false}) {
      Arm main = slowCanary ? fast : slow;
      Arm canary = slowCanary ? slow : fast;
      for (double share : SHARES) {
        String name = (slowCanary ? "on canary" : "on main") + ", " + Sample.percent(share);
        Alarms wrong =
            alarms(
                Sample.of(
                    RUNS, run -> asTheyCome(new Draws(name, run), main, canary, share) ? 1 : 0));
        for (int loops : LOOPS) {
          Alarms right = alarms(equal(name + loops, main, canary, share, loops));
          if (right.refutes(ALPHA)) {
            refuted.add(name + ", " + loops + " event loops: " + right);
          }
          table.row(
              slowCanary ? "on canary" : "on main",
              Sample.percent(share),
              Integer.toString(loops),
              right.toString(),
              wrong.toString());
        }
      }
    }
    detection(table.end());
    return table.end().toString();
  }

  private static double[] equal(String name, Arm main, Arm canary, double share, int loops) {
    return Sample.of(
        RUNS,
        run ->
            Double.isFinite(
                    inOrder(new Draws(name, run), main, canary, share, loops, EQUAL_SECONDS, ALPHA))
                ? 1
                : 0);
  }

  private static void detection(Table table) {
    table
        .prose(
            """
            The price: a request that hangs holds back the count until its deadline. Here canary times out after 5 s for 10 % of its
            clients; main fails fast for 0.5 %. 200 requests/s, default settings, 1,000 releases a line.
            """)
        .head("share of canary", "event loops", "reverted", "time until reverted, median (p95)");
    for (double share : SHARES) {
      for (int loops : LOOPS) {
        Sample seconds =
            new Sample(
                Sample.of(
                    RUNS,
                    run ->
                        inOrder(
                            new Draws("detection" + share + loops, run),
                            new Arm(0.005, FAST),
                            new Arm(0.1, SLOW),
                            share,
                            loops,
                            LONGEST,
                            JudgeSettings.DEFAULT.falseAlarm())));
        table.row(
            Sample.percent(share),
            Integer.toString(loops),
            Sample.percent(seconds.happened()),
            Sample.time(seconds.median()) + " (" + Sample.time(seconds.p95()) + ")");
      }
    }
  }
}
