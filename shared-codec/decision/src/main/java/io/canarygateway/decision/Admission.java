package io.canarygateway.decision;

import java.util.function.Function;

/** What {@link Breaker#admit} answers. */
public sealed interface Admission {

  /** What one of the two functions makes of it. */
  <T> T either(Function<Reservation, T> ifGranted, Function<DecisionReason, T> ifRefused);

  /**
   * The request may go to canary.
   *
   * @param reservation the room that it holds, to be settled when it ends
   */
  record Granted(Reservation reservation) implements Admission {
    @Override
    public <T> T either(Function<Reservation, T> ifGranted, Function<DecisionReason, T> ifRefused) {
      return ifGranted.apply(reservation);
    }
  }

  /**
   * There is no room.
   *
   * @param reason why: {@link DecisionReason#REQUEST_LIMIT}, {@link DecisionReason#ERROR_LIMIT},
   *     {@link DecisionReason#ERROR_LIMIT_RESERVED} or {@link DecisionReason#NOT_LEASED}
   */
  record Refused(DecisionReason reason) implements Admission {
    @Override
    public <T> T either(Function<Reservation, T> ifGranted, Function<DecisionReason, T> ifRefused) {
      return ifRefused.apply(reason);
    }
  }
}
