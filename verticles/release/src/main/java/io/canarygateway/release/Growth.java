package io.canarygateway.release;

import io.canarygateway.judge.WeightCounts;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Says whether counts have grown enough to be written again. A thirty-second of what was written is
 * enough, so a release of many days makes some hundred writes only: etcd keeps each of them until
 * it is compacted. A killed process loses at most that much of the evidence.
 */
final class Growth {

  private static final long PART = 32;

  private Growth() {}

  static boolean isWorthAWrite(List<WeightCounts> written, List<WeightCounts> now) {
    return hasGrown(written, now, each -> each.canaryFailed() + each.mainFailed())
        || hasGrown(written, now, WeightCounts::canaryClients)
        || hasGrown(written, now, each -> each.newCanary() + each.newMain());
  }

  private static boolean hasGrown(
      List<WeightCounts> written, List<WeightCounts> now, ToLongFunction<WeightCounts> count) {
    long before = written.stream().mapToLong(count).sum();
    long after = now.stream().mapToLong(count).sum();
    return after - before > before / PART;
  }
}
