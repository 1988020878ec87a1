package io.canarygateway.benchmarks.release;

import java.util.SplittableRandom;

/** Random numbers of the distributions that the simulations need; the same for the same seed. */
final class Draws {

  /** Above this mean a Poisson number is drawn from the normal distribution. */
  private static final double MANY = 200;

  private final SplittableRandom random;

  /**
   * Creates a source.
   *
   * @param part which part of the document it is for
   * @param run which simulated release it is for
   */
  Draws(String part, long run) {
    random = new SplittableRandom(part.hashCode() * 0x9E3779B97F4A7C15L + run);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return random.nextDouble();
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean with(double chance) {
    return random.nextDouble() < chance;
  }

  /** The time to the next of events that come at random, one in a unit of time on average. */
  double exponential() {
    return -Math.log1p(-random.nextDouble());
  }

  /** How many times in turn an event with this chance does not happen before it does. */
  long failuresBefore(double chance) {
    return chance >= 1 ? 0 : (long) Math.floor(-exponential() / Math.log1p(-chance));
  }

  /** The number of events that come at random, so many on average. */
  long poisson(double mean) {
    if (mean > MANY) {
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
    }
    long events = 0;
    for (double sum = exponential(); sum < mean; sum += exponential()) {
      events++;
    }
    return events;
  }

  /** The time until so many events have come at random, one in a unit of time on average. */
  double gamma(long events) {
    if (events > MANY) {
      return Math.max(0, events + Math.sqrt((double) events) * random.nextGaussian());
    }
    double sum = 0;
    for (long i = 0; i < events; i++) {
      sum += exponential();
    }
    return sum;
  }
}
