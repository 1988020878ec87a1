package io.canarygateway.proxy;

/** The receiver of the outcome of collecting a body. */
interface BodyListener {
  void collected(BodyOutcome outcome);
}
