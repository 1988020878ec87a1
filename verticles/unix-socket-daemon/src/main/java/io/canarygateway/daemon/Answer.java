package io.canarygateway.daemon;

import io.canarygateway.decision.Assigner;
import io.canarygateway.decision.Assignment;
import java.nio.charset.StandardCharsets;

/**
 * The answer to one line, as maxwells-daemon gives it: a line with the assignment, and a line with
 * the location.
 *
 * @param text both lines
 * @param canary whether the location is canary
 * @param failure whether the client's line was neither empty nor an assignment
 */
record Answer(String text, boolean canary, boolean failure) {

  /**
   * The answer to a line.
   *
   * @param line the line, without its end
   * @param length the line's length in bytes; 0 from a new client
   * @param share the share of the assignments that goes to canary, from 0 to 1
   */
  static Answer to(byte[] line, int length, double share, Assigner assigner) {
    if (length == 0) {
      return of(assigner.fresh(), share);
    }
    Assignment sent = Assignment.parse(new String(line, 0, length, StandardCharsets.ISO_8859_1));
    return sent != null ? of(sent, share) : refusing(assigner);
  }

  /** The answer to a line that is no assignment: a fresh assignment, and master. */
  static Answer refusing(Assigner assigner) {
    return new Answer(assigner.fresh().text() + "\nmaster\n", false, true);
  }

  private static Answer of(Assignment assignment, double share) {
    boolean canary = assignment.below(share);
    return new Answer(assignment.text() + (canary ? "\ncanary\n" : "\nmaster\n"), canary, false);
  }
}
