package io.canarygateway.release;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How far a release is. */
enum Stage {
  /** Its clients are counted, and steps are passed. */
  RUNNING("running"),
  /** The split of new clients is not what was asked: no step is passed until a person resumes. */
  HELD("held"),
  /** In mode {@code hold}: all is well, and a person decides about the last step. */
  AWAITING("held"),
  /** A person has stopped the passing of steps. */
  PAUSED("paused"),
  /** Canary gets all clients. */
  PROMOTED("promoted"),
  /** Canary gets no clients. */
  REVERTED("reverted");

  /** The state in reports and metrics. */
  private final String shown;

  Stage(String shown) {
    this.shown = shown;
  }

  String shown() {
    return shown;
  }

  /** Whether the release can still be reverted by evidence. */
  boolean isActive() {
    return this != PROMOTED && this != REVERTED;
  }

  @JsonValue
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  static Stage of(String text) {
    for (Stage stage : values()) {
      if (stage.text().equals(text)) {
        return stage;
      }
    }
    throw new IllegalArgumentException(text + " is no state of a release");
  }
}
