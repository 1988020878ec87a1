package io.canarygateway.release;

import java.util.Locale;
import java.util.Optional;

/** What a person may command. */
enum Action {
  PAUSE,
  RESUME,
  NEXT,
  PROMOTE,
  REVERT;

  static Optional<Action> of(String text) {
    for (Action action : values()) {
      if (action.name().toLowerCase(Locale.ROOT).equals(text)) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }
}
