package io.canarygateway.release;

import io.canarygateway.judge.WeightCounts;
import io.canarygateway.message.ReleaseVerdict;
import io.canarygateway.release.Transitions.Change;
import io.canarygateway.release.Transitions.Look;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A decision with its explanation. Immutable.
 *
 * @param to the state after it
 * @param weight the share at which it was decided
 * @param verdict the message about it, with the receipt
 */
record Decision(Progress to, double weight, ReleaseVerdict verdict) {

  private static final Logger LOG = LoggerFactory.getLogger(Decision.class);

  /** Explains a decision of the judge, with a receipt unless it needed no evidence. */
  static Decision judged(
      String route,
      Progress before,
      Change change,
      List<WeightCounts> counts,
      Look look,
      Outside outside) {
    return Transitions.isWithoutEvidence(before, look.config())
        ? plain(route, before.weight(), change, outside)
        : of(
            route,
            before,
            change,
            "",
            Words.reason(change.verdict(), change.to().stage(), counts, look),
            counts,
            look,
            outside);
  }

  /**
   * Explains a decision of a person, with a receipt of what the evidence was.
   *
   * @param by the person, not empty
   */
  static Decision commanded(
      String route,
      Progress before,
      Change change,
      String by,
      List<WeightCounts> counts,
      Look look,
      Outside outside) {
    String reason = text(change.verdict()) + " by " + by;
    return of(route, before, change, by, reason, counts, look, outside);
  }

  /**
   * Explains what follows from the settings alone. It has no receipt, since there is no evidence.
   *
   * @param weight the share before it
   */
  static Decision plain(String route, double weight, Change change, Outside outside) {
    return new Decision(
        change.to().explained("", text(change.verdict())),
        weight,
        message(route, change, "", outside.millis(), "", outside));
  }

  private static String text(Verdict verdict) {
    return switch (verdict) {
      case STARTED -> "the release has begun";
      case PASSED -> "the next step was taken";
      case PROMOTED -> "canary was promoted";
      case REVERTED -> "canary was reverted";
      case HELD -> "the only step gives canary all clients, so a person decides";
      case PAUSED -> "the release was paused";
      case RESUMED -> "the release was resumed";
    };
  }

  private static Decision of(
      String route,
      Progress before,
      Change change,
      String by,
      String reason,
      List<WeightCounts> counts,
      Look look,
      Outside outside) {
    Receipt receipt =
        new Receipt(
            Receipt.FORMAT,
            route,
            before.version(),
            change.verdict().text(),
            by,
            before.observed(),
            reason,
            look.steps().number(before.weight()),
            before.weight(),
            look.config().judge(),
            counts,
            look.evidence(),
            outside.revision(),
            outside.node(),
            before.startedMillis(),
            before.stepSinceMillis(),
            look.nowMillis());
    return new Decision(
        change.to().explained(by, reason),
        before.weight(),
        message(route, change, by, look.nowMillis(), receipt.toJson(), outside));
  }

  private static ReleaseVerdict message(
      String route, Change change, String by, long atMillis, String receipt, Outside outside) {
    return new ReleaseVerdict(
        route,
        change.to().version(),
        change.verdict().text(),
        change.to().observed(),
        outside.node(),
        by,
        atMillis,
        receipt);
  }

  /** Makes the decision known. */
  void announce(Outside outside) {
    LOG.atInfo().log(
        "release {} of {} {}{} at {}: {}",
        verdict.version(),
        Words.route(verdict.route()),
        verdict.observed() && !verdict.verdict().equals("started") ? "would be " : "",
        verdict.verdict(),
        Words.percent(weight),
        to.reason());
    outside.announce(verdict);
  }
}
