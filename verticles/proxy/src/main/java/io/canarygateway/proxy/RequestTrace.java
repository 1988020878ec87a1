package io.canarygateway.proxy;

import io.canarygateway.config.HttpUrl;
import org.jspecify.annotations.Nullable;

/** The part that one request has in a trace. Confined to the request's event loop. */
interface RequestTrace {

  /** Tracing is off. */
  RequestTrace OFF = new RequestTrace() {};

  /** The trace's id; null if tracing is off. */
  default @Nullable String id() {
    return null;
  }

  /**
   * A call that is about to begin.
   *
   * @param url the callee's URL; null if it is called over the event bus
   */
  default CallTrace call(Callee callee, @Nullable HttpUrl url) {
    return CallTrace.OFF;
  }

  /** Adds this trace to the observers of its request, if it records anything. */
  default RequestObserver beside(RequestObserver others) {
    return others;
  }
}
