package io.canarygateway.proxy;

/**
 * The ruling that the sidecar has to be asked. {@link Decider#bySidecar} then decides. Immutable.
 */
record AskSidecar() implements Ruling {

  static final AskSidecar INSTANCE = new AskSidecar();
}
