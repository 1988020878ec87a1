package io.canarygateway.config;

/** What of a request's body the sidecar sees. */
public enum SidecarBody {
  /** All of it, buffered up to {@code sidecar-max-body}. */
  FULL,
  /** Nothing: the head alone is sent, and the body streams. */
  NONE
}
