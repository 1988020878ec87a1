package io.canarygateway.release;

import io.canarygateway.config.ReleaseStep;
import java.util.List;

/**
 * The steps of a release. The settings may change while it runs, so a release keeps its weight and
 * not the number of its step. The present step is the last one whose weight is not above that of
 * the release; the first one if there is none. Immutable.
 *
 * @param all the steps, rising; at least one. Behind a last step below 1 is always a step of 1
 */
record Steps(List<ReleaseStep> all) {

  /** The weight of the first step. */
  double first() {
    return all.get(0).weight();
  }

  /** The number of the present step, from 1. */
  int number(double weight) {
    int number = 1;
    while (number < all.size() && all.get(number).weight() <= weight) {
      number++;
    }
    return number;
  }

  /** The number of steps, without the one behind a last step below 1. */
  int count() {
    return all.size();
  }

  /** The present step. */
  ReleaseStep present(double weight) {
    return all.get(number(weight) - 1);
  }

  /** The weight of the next step: the lowest above the present weight, or 1. */
  double next(double weight) {
    return all.stream()
        .mapToDouble(ReleaseStep::weight)
        .filter(each -> each > weight)
        .findFirst()
        .orElse(1);
  }
}
