package io.canarygateway.decision;

/**
 * Who decides about a request that neither {@code X-Canary} nor the circuit breaker has settled.
 */
public enum Strategy {
  /** The sidecar is asked. */
  SIDECAR,
  /** The client's assignment, against the rollout. */
  ROLLOUT,
  /** Everything goes to main. */
  MAIN,
  /** Everything goes to canary, within the circuit breaker's limits. */
  CANARY
}
