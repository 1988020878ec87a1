package io.canarygateway.release;

import io.canarygateway.judge.AdmissionOrder;
import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.JudgeSettings;
import io.canarygateway.judge.Outcome;
import io.canarygateway.judge.Tally;
import io.canarygateway.judge.WeightCounts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The outcomes of one run of a release, in the order of admission, and their counts. */
final class Scores {

  /** How long a source may be silent before the others do not wait for it any more. */
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long a new run waits until every source has reported its watermark. */
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** A canary without requests for this long is cold. A step takes a moment to be in force. */
  private static final long COLD_NANOS = TimeUnit.SECONDS.toNanos(1);

  private Tally tally = new Tally();
  private AdmissionOrder order = new AdmissionOrder();
  private long sinceNanos;

  /** When canary was last seen to get requests, and since when it has without a break. */
  private long sentNanos;

  private long warmNanos;
  private long warmUpNanos;

  private List<WeightCounts> judged = List.of();
  private Evidence evidence = Evidence.of(judged, JudgeSettings.DEFAULT);
  private JudgeSettings judge = JudgeSettings.DEFAULT;

  /** The outcomes that earlier orders have dropped. */
  private long droppedBefore;

  Scores(long nowNanos) {
    sinceNanos = nowNanos;
    sentNanos = nowNanos;
    warmNanos = nowNanos;
  }

  /** Begins a run. Outcomes of requests that were admitted before do not count. */
  void begin(Tally counted, long nowNanos) {
    tally = counted;
    droppedBefore += order.dropped();
    order = new AdmissionOrder();
    sinceNanos = nowNanos;
    sentNanos = nowNanos;
    warmNanos = nowNanos;
  }

  /** Notes whether canary gets requests now. After a break it has to warm up again. */
  void see(boolean sent, long nowNanos) {
    if (sent) {
      if (nowNanos - sentNanos > COLD_NANOS) {
        warmNanos = nowNanos;
      }
      sentNanos = nowNanos;
    }
  }

  /** Goes on with counts that another node has of this run. */
  void replace(Tally counted) {
    tally = counted;
  }

  void forgetRatio() {
    tally.forgetRatio();
  }

  /** Sets the time from the begin, and from each break, in which slow responses do not count. */
  void warmUp(Duration time) {
    warmUpNanos = time.toNanos();
  }

  /**
   * Takes outcomes, and owns the arrays. What changes no count now changes none later either, so it
   * need not wait for its turn.
   */
  void add(
      String source, double weight, int size, long[] clients, long[] admitted, byte[] outcomes) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      long age = admitted[i] - sinceNanos;
      boolean warm = admitted[i] - warmNanos >= warmUpNanos;
      byte outcome = warm ? outcomes[i] : Outcome.inTime(outcomes[i]);
      if (age >= 0 && tally.concerns(clients[i], outcome)) {
        clients[kept] = clients[i];
        admitted[kept] = admitted[i];
        outcomes[kept++] = outcome;
      }
    }
    order.add(source, weight, kept, clients, admitted, outcomes);
  }

  void watermark(String source, long nanos) {
    order.watermark(source, nanos);
  }

  /** Counts what can be counted. */
  void count(long nowNanos) {
    order.forgetSilent(nowNanos - SILENT_NANOS, nowNanos);
    if (nowNanos - sinceNanos >= GATHER_NANOS) {
      order.drain(tally::add);
    }
  }

  boolean concerns(long client, byte outcome) {
    return tally.concerns(client, outcome);
  }

  /**
   * Looks at the counts.
   *
   * @return the evidence about what is counted now
   */
  Evidence evidence(JudgeSettings settings) {
    List<WeightCounts> counts = tally.counts();
    if (counts != judged || !settings.equals(judge)) {
      judged = counts;
      judge = settings;
      evidence = Evidence.of(counts, settings);
    }
    return evidence;
  }

  /** The counts; the same object as before if nothing has changed. */
  List<WeightCounts> counts() {
    return tally.counts();
  }

  /** The canary clients of all shares. */
  long canaryClients() {
    return counts().stream().mapToLong(WeightCounts::canaryClients).sum();
  }

  Tally tally() {
    return tally;
  }

  long dropped() {
    return droppedBefore + order.dropped();
  }

  /** The failing clients of both arms. */
  static long failures(List<WeightCounts> counts) {
    return counts.stream().mapToLong(each -> each.canaryFailed() + each.mainFailed()).sum();
  }
}
