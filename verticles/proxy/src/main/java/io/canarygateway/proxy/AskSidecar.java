package io.canarygateway.proxy;

/** The sidecar has to be asked; {@link Decider#bySidecar} then decides. */
record AskSidecar() implements Ruling {

  static final AskSidecar INSTANCE = new AskSidecar();
}
