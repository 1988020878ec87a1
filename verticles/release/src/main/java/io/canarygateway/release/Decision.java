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
    if (Transitions.isWithoutEvidence(before, look.config())) {
      return plain(route, before.weight(), change, "", outside);
    }
    String reason = Words.reason(change.verdict(), change.to().stage(), counts, look);
    Receipt receipt =
        new Receipt(
            Receipt.FORMAT,
            route,
            before.version(),
            change.verdict().text(),
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
        change.to().explained("", reason),
        before.weight(),
        message(route, change, "", look.nowMillis(), receipt.toJson(), outside));
  }

  /**
   * Explains a decision without evidence.
   *
   * @param weight the share before it
   * @param by the person who decided; empty if the settings did
   */
  static Decision plain(String route, double weight, Change change, String by, Outside outside) {
    String text =
        switch (change.verdict()) {
          case STARTED -> "the release has begun";
          case PASSED -> "the next step was taken";
          case PROMOTED -> "canary was promoted";
          case REVERTED -> "canary was reverted";
          case HELD -> "the only step gives canary all clients, so a person decides";
          case PAUSED -> "the release was paused";
          case RESUMED -> "the release was resumed";
        };
    return new Decision(
        change.to().explained(by, by.isEmpty() ? text : text + " by " + by),
        weight,
        message(route, change, by, outside.millis(), "", outside));
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
