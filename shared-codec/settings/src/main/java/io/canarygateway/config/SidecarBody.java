package io.canarygateway.config;

/** The part of a request's body that the sidecar gets. */
public enum SidecarBody {
  /** The whole body, buffered up to {@code sidecar-max-body}. */
  FULL,
  /** Nothing. The sidecar gets the head, and the body streams to the target. */
  NONE
}
