package io.canarygateway.benchmarks.release;

/**
 * The mean over odds ratios of the products of one kind of event, as {@code Evidence} computes it
 * from counts. It is kept up to date event by event, so that millions of events are affordable.
 */
final class Odds {

  private final double tolerance;
  private final double[] ratios;
  private final double[] logRatios;

  /** By ratio, what the events under earlier shares have come to. */
  private final double[] earlier;

  /** By ratio, what each event takes away under the present share. */
  private final double[] costs;

  private long canary;
  private long main;

  Odds(double tolerance, double... ratios) {
    this.tolerance = tolerance;
    this.ratios = ratios.clone();
    logRatios = new double[ratios.length];
    earlier = new double[ratios.length];
    costs = new double[ratios.length];
    for (int i = 0; i < ratios.length; i++) {
      logRatios[i] = Math.log(ratios[i]);
    }
  }

  /** Begins another share of clients for canary. */
  void share(double weight) {
    double share = weight * tolerance / (1 - weight + weight * tolerance);
    for (int i = 0; i < ratios.length; i++) {
      earlier[i] = log(i);
      costs[i] = Math.log1p(share * (ratios[i] - 1));
    }
    canary = 0;
    main = 0;
  }

  /** Replaces the counts under the present share. */
  void set(long ofCanary, long ofMain) {
    canary = ofCanary;
    main = ofMain;
  }

  void add(boolean ofCanary) {
    if (ofCanary) {
      canary++;
    } else {
      main++;
    }
  }

  private double log(int ratio) {
    return earlier[ratio] + canary * logRatios[ratio] - (canary + main) * costs[ratio];
  }

  /** The logarithm of the largest product, which the mean never exceeds. */
  double largest() {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < ratios.length; i++) {
      largest = Math.max(largest, log(i));
    }
    return largest;
  }

  /** The logarithm of the mean of the products. */
  double log() {
    double largest = largest();
    double sum = 0;
    for (int i = 0; i < ratios.length; i++) {
      sum += Math.exp(log(i) - largest);
    }
    return largest + Math.log(sum / ratios.length);
  }
}
