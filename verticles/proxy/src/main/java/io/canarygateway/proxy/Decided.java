package io.canarygateway.proxy;

import io.canarygateway.decision.Decision;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.Reservation;
import io.canarygateway.decision.Target;

/**
 * The ruling that a request goes to main or to canary. Immutable.
 *
 * @param decision the target and the reason
 * @param reservation the place in the breaker's limits, settled when the request ends; {@link
 *     Reservation#NONE} for main
 */
record Decided(Decision decision, Reservation reservation) implements Ruling {

  static Decided toCanary(DecisionReason reason, Reservation reservation) {
    return toCanary(reason, 0, reservation);
  }

  static Decided toCanary(DecisionReason reason, int sidecarStatus, Reservation reservation) {
    return new Decided(new Decision(Target.CANARY, reason, sidecarStatus), reservation);
  }

  static Decided toMain(DecisionReason reason) {
    return toMain(reason, 0);
  }

  static Decided toMain(DecisionReason reason, int sidecarStatus) {
    return new Decided(new Decision(Target.MAIN, reason, sidecarStatus), Reservation.NONE);
  }

  Target target() {
    return decision.target();
  }
}
