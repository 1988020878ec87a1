package io.canarygateway.benchmarks.release;

import io.canarygateway.judge.LatencyBounds;

/**
 * One arm of a simulated release.
 *
 * @param failing the share of its clients that fail
 * @param slow for each latency bound, the share of its clients that are slower, in falling order
 */
record Service(double failing, double[] slow) {

  private static final double LOWEST = 1e-15;

  /** A service that is never slow. */
  static Service fast(double failing) {
    return new Service(failing, new double[LatencyBounds.COUNT]);
  }

  /** A service whose latency is lognormal. */
  static Service lognormal(double failing, double medianMillis, double sigma) {
    long[] bounds = LatencyBounds.millis();
    double[] slow = new double[bounds.length];
    for (int i = 0; i < slow.length; i++) {
      slow[i] = above(Math.log(bounds[i] / medianMillis) / sigma);
    }
    return new Service(failing, slow);
  }

  /** The share of the normal distribution above a value (Abramowitz and Stegun 26.2.17). */
  private static double above(double value) {
    if (value < 0) {
      return 1 - above(-value);
    }
    double t = 1 / (1 + 0.2316419 * value);
    double sum =
        t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return Math.max(LOWEST, Math.exp(-value * value / 2) / Math.sqrt(2 * Math.PI) * sum);
  }

  /** A service that fails, and exceeds each bound, so many times as often, as far as that goes. */
  Service times(double factor) {
    double[] more = new double[slow.length];
    for (int i = 0; i < more.length; i++) {
      more[i] = Math.min(1, slow[i] * factor);
    }
    return new Service(Math.min(1, failing * factor), more);
  }

  /** The number of latency bounds that one client exceeds. */
  int exceeded(Draws draws) {
    double rank = draws.uniform();
    int low = 0;
    int high = slow.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (rank < slow[middle]) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
