package io.canarygateway.judge;

import java.util.List;

/** A scored request in a test. */
record Scored(double weight, double assignment, boolean canary, boolean failed, int exceeded) {

  long client() {
    return Double.doubleToLongBits(assignment);
  }

  byte outcome() {
    return Outcome.of(canary, failed, exceeded);
  }

  void addTo(Tally tally) {
    tally.add(weight, client(), outcome());
  }

  static Tally addAll(List<Scored> requests, Tally tally) {
    requests.forEach(each -> each.addTo(tally));
    return tally;
  }
}
