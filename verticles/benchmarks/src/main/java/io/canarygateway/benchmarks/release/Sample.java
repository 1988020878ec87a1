package io.canarygateway.benchmarks.release;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;

/** The results of many simulated releases; infinite where it did not happen in the time given. */
final class Sample {

  private static final double HALF = 0.5;
  private static final double MOST = 0.95;
  private static final double PERCENT = 100;
  private static final double MINUTE = 60;
  private static final double HOUR = 3_600;

  private final double[] sorted;

  Sample(double... values) {
    sorted = values.clone();
    Arrays.sort(sorted);
  }

  /** Runs simulations on all cores; the results depend on the number of the run only. */
  static double[] of(int runs, LongToDoubleFunction simulation) {
    return LongStream.range(0, runs).parallel().mapToDouble(simulation).toArray();
  }

  double median() {
    return quantile(HALF);
  }

  double p95() {
    return quantile(MOST);
  }

  private double quantile(double share) {
    return sorted[Math.min(sorted.length - 1, (int) Math.ceil(share * sorted.length) - 1)];
  }

  /** The share of the runs in which it happened. */
  double happened() {
    return happenedBy(Double.MAX_VALUE);
  }

  /** The share of the runs in which the value is at most so large. */
  double happenedBy(double most) {
    return (double) Arrays.stream(sorted).filter(value -> value <= most).count() / sorted.length;
  }

  static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%,.0f", value) : "—";
  }

  static String time(double seconds) {
    if (!Double.isFinite(seconds)) {
      return "—";
    }
    if (seconds < MINUTE) {
      return String.format(Locale.ROOT, seconds < 10 ? "%.2g s" : "%.0f s", seconds);
    }
    return seconds < HOUR
        ? String.format(Locale.ROOT, "%.1f min", seconds / MINUTE)
        : String.format(Locale.ROOT, "%.1f h", seconds / HOUR);
  }

  static String percent(double share) {
    String text = String.format(Locale.ROOT, "%.3g", share * PERCENT);
    return (text.contains(".") ? text.replaceAll("\\.?0+$", "") : text) + " %";
  }
}
