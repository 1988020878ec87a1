package io.canarygateway.benchmarks;

/** A histogram of times in whole microseconds. Adding a time is cheap. */
final class Latencies {

  private static final int NANOS = 1_000;
  private static final int BUCKETS = 2_000_000;

  private final int[] counts = new int[BUCKETS];
  private long count;
  private long worst;

  void add(long nanos) {
    counts[(int) Math.min(nanos / NANOS, BUCKETS - 1L)]++;
    count++;
    worst = Math.max(worst, nanos);
  }

  long count() {
    return count;
  }

  /** The longest time, in nanoseconds. */
  long worst() {
    return worst;
  }

  /** The number of longer times. */
  long over(long nanos) {
    long over = 0;
    for (int bucket = (int) (nanos / NANOS); bucket < BUCKETS; bucket++) {
      over += counts[bucket];
    }
    return over;
  }

  /** A percentile in nanoseconds; 0 without any time. */
  long percentile(double percent) {
    long before = (long) Math.ceil(count * percent / 100);
    int bucket = 0;
    for (long seen = counts[0]; seen < before; seen += counts[bucket]) {
      bucket++;
    }
    return (long) bucket * NANOS;
  }
}
