package io.canarygateway.decision;

/**
 * The target of one request and the reason.
 *
 * @param target the service
 * @param reason why the request goes there
 * @param sidecarStatus the sidecar's status, 100 to 599; 0 if the reason has none
 */
public record Decision(Target target, DecisionReason reason, int sidecarStatus) {

  /**
   * Creates a decision without a sidecar's status.
   *
   * @param target the service
   * @param reason why the request goes there
   */
  public Decision(Target target, DecisionReason reason) {
    this(target, reason, 0);
  }

  /** {@return the reason's text in metrics and logs} */
  public String label() {
    return reason.label(sidecarStatus);
  }
}
