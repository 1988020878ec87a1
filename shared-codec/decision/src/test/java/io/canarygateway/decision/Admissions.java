package io.canarygateway.decision;

/** What a test expects of an admission. */
final class Admissions {

  private Admissions() {}

  /** The reservation of one that was granted. */
  static Reservation granted(Admission admission) {
    if (admission instanceof Admission.Granted granted) {
      return granted.reservation();
    }
    throw new AssertionError("not granted: " + admission);
  }
}
