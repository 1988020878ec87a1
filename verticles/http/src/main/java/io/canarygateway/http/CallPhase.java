package io.canarygateway.http;

/** The phases of one attempt at an upstream call. */
enum CallPhase {
  CONNECTING,
  SENDING,
  AWAITING_HEAD,
  RESPONDING,
  DONE
}
