package io.canarygateway.proxy;

import io.canarygateway.http.CallListener;
import java.util.function.BiConsumer;

/** One call within a request's trace. Confined to the request's event loop. */
interface CallTrace {

  /** Tracing is off: headers pass as they are. */
  CallTrace OFF = new CallTrace() {};

  /** Writes the header lines by which the callee continues the trace. */
  default void write(BiConsumer<String, String> to) {}

  /** The listener of the upstream call, or one around it that records what happens. */
  default CallListener around(CallListener listener) {
    return listener;
  }

  /** The request is sent for the second time. */
  default void retried() {}

  /** The head of the callee's answer has arrived. */
  default void answered(int status) {}

  /**
   * There is no answer, or not all of it.
   *
   * @param cause a word of a closed set
   */
  default void failed(String cause) {}

  /** Nothing more will happen. Calls after the first one do nothing. */
  default void end() {}
}
