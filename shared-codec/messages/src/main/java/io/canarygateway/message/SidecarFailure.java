package io.canarygateway.message;

/**
 * The ways in which a sidecar can fail to give a status. The set is closed, so that it can be a
 * metric label.
 */
public enum SidecarFailure {
  /** The time budget ended, including the wait for a connection. */
  TIMEOUT,
  /** No connection could be made. */
  CONNECT,
  /** The connection broke before the status came. */
  RESET,
  /** Any other failure, such as an answer that is not HTTP. */
  OTHER
}
