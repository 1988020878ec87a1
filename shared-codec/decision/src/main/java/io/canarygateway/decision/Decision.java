package io.canarygateway.decision;

/**
 * Where one request goes and why.
 *
 * @param target the service
 * @param reason why
 * @param sidecarStatus the status that the sidecar gave, 100 to 599, or 0 if the reason has none
 */
public record Decision(Target target, DecisionReason reason, int sidecarStatus) {

  /** A decision without a sidecar's status. */
  public Decision(Target target, DecisionReason reason) {
    this(target, reason, 0);
  }

  /** The text in metrics and logs. */
  public String label() {
    return reason.label(sidecarStatus);
  }
}
