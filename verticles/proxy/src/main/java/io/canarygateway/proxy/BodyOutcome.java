package io.canarygateway.proxy;

/** The outcome of collecting a body. */
enum BodyOutcome {
  /** The whole body was collected. */
  COMPLETE,
  /** The body is larger than one body may be. The rest was not read. */
  TOO_LARGE,
  /** The budget for all bodies is used up. The rest was not read. */
  NO_ROOM
}
