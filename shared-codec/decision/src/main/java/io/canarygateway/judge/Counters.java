package io.canarygateway.judge;

import java.util.List;
import java.util.stream.LongStream;

/** The counters behind {@link WeightCounts}. Not thread-safe. */
final class Counters {

  private final double weight;
  private long newCanary;
  private long newMain;
  private long canaryClients;
  private long canaryClientsFailed;
  private long canaryFailed;
  private long mainFailed;
  private final long[] canarySlow = new long[LatencyBounds.COUNT];
  private final long[] mainSlow = new long[LatencyBounds.COUNT];

  Counters(double weight) {
    this.weight = weight;
  }

  /** Goes on from counts; those of bounds that this version does not have are left out. */
  static Counters of(WeightCounts counts) {
    Counters counters = new Counters(counts.weight());
    counters.newCanary = counts.newCanary();
    counters.newMain = counts.newMain();
    counters.canaryClients = counts.canaryClients();
    counters.canaryClientsFailed = counts.canaryClientsFailed();
    counters.canaryFailed = counts.canaryFailed();
    counters.mainFailed = counts.mainFailed();
    copy(counts.canarySlow(), counters.canarySlow);
    copy(counts.mainSlow(), counters.mainSlow);
    return counters;
  }

  private static void copy(List<Long> from, long[] to) {
    for (int i = 0; i < Math.min(from.size(), to.length); i++) {
      to[i] = from.get(i);
    }
  }

  double weight() {
    return weight;
  }

  void firstSeen(boolean canary) {
    if (canary) {
      newCanary++;
    } else {
      newMain++;
    }
  }

  void firstOnCanary() {
    canaryClients++;
  }

  void firstFailedOnCanary(long clients) {
    canaryClientsFailed += clients;
  }

  void firstFailed(boolean canary) {
    if (canary) {
      canaryFailed++;
    } else {
      mainFailed++;
    }
  }

  /** Counts a client for each bound from {@code from} to {@code to}, exclusive. */
  void firstSlow(boolean canary, int from, int to) {
    long[] slow = canary ? canarySlow : mainSlow;
    for (int i = from; i < to; i++) {
      slow[i]++;
    }
  }

  void forgetRatio() {
    newCanary = 0;
    newMain = 0;
  }

  WeightCounts toCounts() {
    return new WeightCounts(
        weight,
        newCanary,
        newMain,
        canaryClients,
        canaryClientsFailed,
        canaryFailed,
        mainFailed,
        LongStream.of(canarySlow).boxed().toList(),
        LongStream.of(mainSlow).boxed().toList());
  }
}
