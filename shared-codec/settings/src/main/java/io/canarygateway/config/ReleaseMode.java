package io.canarygateway.config;

/** What the gateway does by itself in a release. */
public enum ReleaseMode {
  /** Passes steps, promotes and reverts. */
  ACT,
  /** As {@link #ACT}, but waits for a person before the last step. */
  HOLD,
  /** Changes nothing, and reports what it would do. */
  OBSERVE
}
