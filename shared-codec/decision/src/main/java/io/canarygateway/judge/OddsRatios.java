package io.canarygateway.judge;

import java.util.stream.DoubleStream;

/** Odds ratios that are tried, and the logarithms of their evidence. Immutable. */
final class OddsRatios {

  private final double[] ratios;

  /** By how much a client of canary raises each logarithm. */
  private final double[] gains;

  OddsRatios(double... ratios) {
    this.ratios = ratios;
    gains = DoubleStream.of(ratios).map(Math::log).toArray();
  }

  /** The logarithms before anything is counted. */
  double[] none() {
    return new double[ratios.length];
  }

  /** By how much a client of either arm lowers each logarithm, with a share w' for canary. */
  double[] losses(double share) {
    return DoubleStream.of(ratios).map(ratio -> Math.log1p(share * (ratio - 1))).toArray();
  }

  /** Adds the logarithms of r^c / (1 - w' + w'r)^(c+m). */
  void add(double[] logs, double[] losses, double canary, double main) {
    for (int i = 0; i < logs.length; i++) {
      logs[i] += canary * gains[i] - (canary + main) * losses[i];
    }
  }
}
