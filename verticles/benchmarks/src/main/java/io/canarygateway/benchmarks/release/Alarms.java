package io.canarygateway.benchmarks.release;

import java.util.Locale;
import org.apache.commons.numbers.gamma.RegularizedBeta;

/**
 * How many of so many releases were reverted.
 *
 * @param reverted the releases that were reverted
 * @param of all releases
 */
record Alarms(long reverted, long of) {

  private static final double EACH_SIDE = 0.025;

  /** A chance this small of so many reverts would refute the claim about false alarms. */
  private static final double REFUTED = 1e-4;

  private static final double PERCENT = 100;
  private static final int HALVINGS = 50;

  /** The chance of so many reverts or more, if each release is reverted with a chance. */
  double chanceOfSoMany(double chance) {
    return reverted == 0
        ? 1
        : RegularizedBeta.value(chance, (double) reverted, of - reverted + 1.0);
  }

  /** Whether the reverts are more than chance explains. */
  boolean refutes(double falseAlarm) {
    return chanceOfSoMany(falseAlarm) < REFUTED;
  }

  /** The upper end of the exact 95 % confidence interval (Clopper and Pearson). */
  double upper() {
    double low = 0;
    double high = 1;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      double fewer =
          reverted == of
              ? 1
              : 1 - RegularizedBeta.value(middle, reverted + 1.0, (double) (of - reverted));
      if (fewer > EACH_SIDE) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** The lower end of that interval. */
  double lower() {
    return reverted == 0 ? 0 : 1 - new Alarms(of - reverted, of).upper();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.3f %% (%.3f to %.3f)",
        PERCENT * reverted / of,
        PERCENT * lower(),
        PERCENT * upper());
  }
}
