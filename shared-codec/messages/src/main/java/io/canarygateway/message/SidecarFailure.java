package io.canarygateway.message;

/** Why a sidecar gave no status: a closed set, so that it may be a metric label. */
public enum SidecarFailure {
  /** The time budget ran out, waiting for a connection included. */
  TIMEOUT,
  /** No connection could be made. */
  CONNECT,
  /** The connection broke before the status came. */
  RESET,
  /** Anything else: an answer that is not HTTP, nobody on the event bus. */
  OTHER
}
