package io.canarygateway.decision;

/** The two services that a request can go to. */
public enum Target {
  /** The old service. In doubt a request goes there. */
  MAIN("main"),
  /** The new service. */
  CANARY("canary");

  private final String label;

  Target(String label) {
    this.label = label;
  }

  /** {@return the target's name in metrics and logs, as canary-router spells it} */
  public String label() {
    return label;
  }
}
