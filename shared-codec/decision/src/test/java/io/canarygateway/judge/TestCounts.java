package io.canarygateway.judge;

import java.util.Collections;
import java.util.List;

/** Counts for tests that are about one kind of them. */
final class TestCounts {

  private static final List<Long> NONE = slow(0);

  private TestCounts() {}

  /** The same number for each bound. */
  static List<Long> slow(long each) {
    return Collections.nCopies(LatencyBounds.COUNT, each);
  }

  static WeightCounts failing(double weight, long canary, long main) {
    return new WeightCounts(weight, 0, 0, 0, canary, canary, main, NONE, NONE);
  }

  static WeightCounts slow(double weight, long canary, long main) {
    return new WeightCounts(weight, 0, 0, 0, 0, 0, 0, slow(canary), slow(main));
  }

  static WeightCounts onCanary(double weight, long clients, long failed) {
    return new WeightCounts(weight, 0, 0, clients, failed, 0, 0, NONE, NONE);
  }

  static WeightCounts fresh(double weight, long canary, long main) {
    return new WeightCounts(weight, canary, main, 0, 0, 0, 0, NONE, NONE);
  }
}
