package io.canarygateway.breaker;

import io.canarygateway.decision.Admission;
import io.canarygateway.decision.Reservation;

/** Short forms for tests of admissions. */
final class Admissions {

  private Admissions() {}

  /** The reservation of a granted admission. */
  static Reservation granted(Admission admission) {
    if (admission instanceof Admission.Granted granted) {
      return granted.reservation();
    }
    throw new AssertionError("not granted: " + admission);
  }
}
