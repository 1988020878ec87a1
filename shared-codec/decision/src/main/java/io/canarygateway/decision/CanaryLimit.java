package io.canarygateway.decision;

/** The two limits of the circuit breaker. */
public enum CanaryLimit {
  /** How many requests may go to canary. */
  REQUESTS("requests", "canary request limit"),
  /** After how many canary errors everything goes to main. */
  ERRORS("errors", "canary error limit");

  private final String label;
  private final String text;

  CanaryLimit(String label, String text) {
    this.label = label;
    this.text = text;
  }

  /** The name in metrics. */
  public String label() {
    return label;
  }

  /** The name in logs and in health. */
  public String text() {
    return text;
  }
}
