package io.canarygateway.proxy;

/** The answer of {@link Decider} before the sidecar is asked. Immutable. */
sealed interface Ruling permits Decided, AskSidecar {}
