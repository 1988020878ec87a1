package io.canarygateway.proxy;

/** What {@link Decider} answers before the sidecar was asked. */
sealed interface Ruling permits Decided, AskSidecar {}
