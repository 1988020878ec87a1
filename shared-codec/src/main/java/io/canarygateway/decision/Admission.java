package io.canarygateway.decision;

/**
 * What {@link Breaker#admit} answers: one of the two is set.
 *
 * @param reservation the room reserved, or null
 * @param refusal why there is none, or null: {@link DecisionReason#REQUEST_LIMIT}, {@link
 *     DecisionReason#ERROR_LIMIT} or {@link DecisionReason#NOT_LEASED}
 */
public record Admission(Reservation reservation, DecisionReason refusal) {

  static Admission of(Reservation reservation) {
    return new Admission(reservation, null);
  }

  static Admission refused(DecisionReason reason) {
    return new Admission(null, reason);
  }
}
