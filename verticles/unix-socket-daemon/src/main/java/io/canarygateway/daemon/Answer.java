package io.canarygateway.daemon;

import io.canarygateway.decision.Assigner;
import io.canarygateway.decision.Assignment;
import java.nio.charset.StandardCharsets;

/**
 * The answer to one line, as maxwells-daemon gives it: two lines, the assignment and the location.
 *
 * @param text both lines
 * @param canary whether the location is canary
 * @param failure whether the line was not empty and no assignment, so that it counts as a failure
 */
record Answer(String text, boolean canary, boolean failure) {

  /**
   * The answer to a line.
   *
   * @param line without its end; empty from a new client
   * @param rollout assignments below it go to canary
   */
  static Answer to(byte[] line, int length, double rollout, Assigner assigner) {
    if (length == 0) {
      return of(assigner.fresh(), rollout);
    }
    Assignment sent = Assignment.parse(new String(line, 0, length, StandardCharsets.ISO_8859_1));
    return sent != null ? of(sent, rollout) : refusing(assigner);
  }

  /** What is no assignment gets one, and master. */
  static Answer refusing(Assigner assigner) {
    return new Answer(assigner.fresh().text() + "\nmaster\n", false, true);
  }

  private static Answer of(Assignment assignment, double rollout) {
    boolean canary = assignment.below(rollout);
    return new Answer(assignment.text() + (canary ? "\ncanary\n" : "\nmaster\n"), canary, false);
  }
}
