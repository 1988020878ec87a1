package io.canarygateway.decision;

import java.util.function.Function;

/** The answer of {@link Breaker#admit}: granted or refused. */
public sealed interface Admission {

  /**
   * Applies one of two functions.
   *
   * @param ifGranted applied to the reservation of a granted request
   * @param ifRefused applied to the reason of a refusal
   * @param <T> the type of the result
   * @return the result of the function that was applied
   */
  <T> T either(Function<Reservation, T> ifGranted, Function<DecisionReason, T> ifRefused);

  /**
   * The request may go to canary.
   *
   * @param reservation the room that the request holds; settled when the request ends
   */
  record Granted(Reservation reservation) implements Admission {
    @Override
    public <T> T either(Function<Reservation, T> ifGranted, Function<DecisionReason, T> ifRefused) {
      return ifGranted.apply(reservation);
    }
  }

  /**
   * The request goes to main, because a limit has no room.
   *
   * @param reason {@link DecisionReason#REQUEST_LIMIT}, {@link DecisionReason#ERROR_LIMIT}, {@link
   *     DecisionReason#ERROR_LIMIT_RESERVED} or {@link DecisionReason#NOT_LEASED}
   */
  record Refused(DecisionReason reason) implements Admission {
    @Override
    public <T> T either(Function<Reservation, T> ifGranted, Function<DecisionReason, T> ifRefused) {
      return ifRefused.apply(reason);
    }
  }
}
