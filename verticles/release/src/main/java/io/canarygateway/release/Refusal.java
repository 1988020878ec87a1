package io.canarygateway.release;

import java.io.Serial;

/** The state of a release does not allow a command. */
final class Refusal extends Exception {

  @Serial private static final long serialVersionUID = 1;

  private final String reason;

  Refusal(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
