package io.canarygateway.proxy;

import io.canarygateway.decision.Target;

/** A server that the gateway calls for a request. */
enum Callee {
  MAIN("main"),
  CANARY("canary"),
  SIDECAR("sidecar"),
  MIRROR("mirror");

  private final String label;

  Callee(String label) {
    this.label = label;
  }

  static Callee of(Target target) {
    return target == Target.MAIN ? MAIN : CANARY;
  }

  /** The name in spans. */
  String label() {
    return label;
  }
}
