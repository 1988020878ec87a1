package io.canarygateway.decision;

/** The two limits of the circuit breaker. */
public enum CanaryLimit {
  /** The requests that may go to canary. */
  REQUESTS("requests", "canary request limit"),
  /** The canary errors after which everything goes to main. */
  ERRORS("errors", "canary error limit");

  private final String label;
  private final String text;

  CanaryLimit(String label, String text) {
    this.label = label;
    this.text = text;
  }

  /** {@return the limit's name in metrics} */
  public String label() {
    return label;
  }

  /** {@return the limit's name in logs and in health} */
  public String text() {
    return text;
  }
}
