package io.canarygateway.decision;

/**
 * The way of deciding about a request, after {@code X-Canary} and within the circuit breaker's
 * limits.
 */
public enum Strategy {
  /** The sidecar is asked. */
  SIDECAR,
  /** The client's assignment is compared with the rollout. */
  ROLLOUT,
  /** Every request goes to main. */
  MAIN,
  /** Every request goes to canary. */
  CANARY
}
