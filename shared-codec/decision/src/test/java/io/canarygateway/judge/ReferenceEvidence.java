package io.canarygateway.judge;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.function.ToLongFunction;

/** The evidence by the formulas as they stand, without logarithms, with 60 digits. */
final class ReferenceEvidence {

  private static final MathContext DIGITS = new MathContext(60);
  private static final double[] WORSE = {1.5, 2, 3, 5, 10};

  private ReferenceEvidence() {}

  static Evidence of(List<WeightCounts> counts, JudgeSettings settings) {
    double tolerance = settings.tolerance();
    ToLongFunction<WeightCounts> canary = WeightCounts::canaryFailed;
    ToLongFunction<WeightCounts> main = WeightCounts::mainFailed;
    BigDecimal failures = odds(counts, tolerance, false, canary, main);
    BigDecimal latency = BigDecimal.ZERO;
    for (int i = 0; i < LatencyBounds.COUNT; i++) {
      int bound = i;
      latency =
          latency.add(
              odds(
                  counts,
                  tolerance,
                  false,
                  each -> each.canarySlow().get(bound),
                  each -> each.mainSlow().get(bound)));
    }
    latency = latency.divide(BigDecimal.valueOf(LatencyBounds.COUNT), DIGITS);
    long clients = counts.stream().mapToLong(WeightCounts::canaryClients).sum();
    long failed = counts.stream().mapToLong(WeightCounts::canaryClientsFailed).sum();
    boolean acceptable = failed <= settings.acceptable() * clients;
    BigDecimal revert =
        (acceptable ? failures.min(BigDecimal.ONE) : failures)
            .multiply(BigDecimal.valueOf(2))
            .add(latency)
            .divide(BigDecimal.valueOf(3), DIGITS);
    return new Evidence(
        ln(revert),
        ln(failures),
        ln(latency),
        ln(odds(counts, tolerance, true, canary, main)),
        ln(absolute(clients, failed, settings.acceptable())),
        ln(ratio(counts)));
  }

  private static BigDecimal odds(
      List<WeightCounts> counts,
      double tolerance,
      boolean better,
      ToLongFunction<WeightCounts> canary,
      ToLongFunction<WeightCounts> main) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double each : WORSE) {
      BigDecimal r = better ? BigDecimal.ONE.divide(of(each), DIGITS) : of(each);
      BigDecimal product = BigDecimal.ONE;
      for (WeightCounts step : counts) {
        BigDecimal scaled = of(step.weight()).multiply(of(tolerance));
        BigDecimal share =
            scaled.divide(BigDecimal.ONE.subtract(of(step.weight())).add(scaled), DIGITS);
        BigDecimal below = BigDecimal.ONE.subtract(share).add(share.multiply(r));
        long c = canary.applyAsLong(step);
        product =
            product.multiply(power(r, c)).divide(power(below, c + main.applyAsLong(step)), DIGITS);
      }
      sum = sum.add(product);
    }
    return sum.divide(BigDecimal.valueOf(WORSE.length), DIGITS);
  }

  private static BigDecimal absolute(long clients, long failed, double acceptable) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double s : new double[] {0.1, 0.2, 0.5}) {
      BigDecimal better =
          BigDecimal.ONE
              .subtract(of(acceptable).multiply(of(s)))
              .divide(BigDecimal.ONE.subtract(of(acceptable)), DIGITS);
      sum = sum.add(power(of(s), failed).multiply(power(better, clients - failed)));
    }
    return sum.divide(BigDecimal.valueOf(3), DIGITS);
  }

  /** Client by client: the predicted chance of its arm over the chance that was asked. */
  private static BigDecimal ratio(List<WeightCounts> counts) {
    BigDecimal product = BigDecimal.ONE;
    for (WeightCounts step : counts) {
      BigDecimal w = of(step.weight());
      BigDecimal a = w.multiply(BigDecimal.valueOf(100));
      BigDecimal b = BigDecimal.valueOf(100).subtract(a);
      for (long i = 0; i < step.newCanary() + step.newMain(); i++) {
        boolean canary = i < step.newCanary();
        BigDecimal seen =
            canary ? a.add(BigDecimal.valueOf(i)) : b.add(BigDecimal.valueOf(i - step.newCanary()));
        BigDecimal asked = canary ? w : BigDecimal.ONE.subtract(w);
        product =
            product.multiply(seen).divide(BigDecimal.valueOf(100 + i).multiply(asked), DIGITS);
      }
    }
    return product;
  }

  private static BigDecimal of(double value) {
    return new BigDecimal(value);
  }

  private static BigDecimal power(BigDecimal base, long exponent) {
    return base.pow((int) exponent, DIGITS);
  }

  private static double ln(BigDecimal value) {
    int digits = value.precision() - value.scale();
    return Math.log(value.movePointLeft(digits).doubleValue()) + digits * Math.log(10);
  }
}
