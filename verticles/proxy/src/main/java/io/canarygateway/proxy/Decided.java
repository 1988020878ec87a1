package io.canarygateway.proxy;

import io.canarygateway.decision.Decision;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.Reservation;
import io.canarygateway.decision.Target;

/**
 * Where a request goes.
 *
 * @param decision where to and why
 * @param reservation the room held in the breaker, to be settled when the request ends; {@link
 *     Reservation#NONE} for main
 */
record Decided(Decision decision, Reservation reservation) implements Ruling {

  static Decided toCanary(DecisionReason reason, Reservation room) {
    return toCanary(reason, 0, room);
  }

  static Decided toCanary(DecisionReason reason, int sidecarStatus, Reservation room) {
    return new Decided(new Decision(Target.CANARY, reason, sidecarStatus), room);
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
