package io.canarygateway.proxy;

import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a request is a part of, by W3C Trace Context. Immutable.
 *
 * @param parent the trace, and the span of who sends the request
 * @param state the value of {@code tracestate}; empty for none
 */
record TraceContext(Traceparent parent, String state) {

  /**
   * The context that a client sends.
   *
   * @return null if there is no valid one. Two lines of {@code traceparent} are malformed: servers
   *     do not agree on which of them counts.
   */
  static @Nullable TraceContext of(RequestHead head) {
    Traceparent parent = parentOf(head);
    return parent == null
        ? null
        : new TraceContext(parent, Tracestate.join(head.all(HeaderName.TRACESTATE)));
  }

  /** The id of the trace that a client sends; null if there is no valid one. */
  static @Nullable String idOf(RequestHead head) {
    Traceparent parent = parentOf(head);
    return parent == null ? null : parent.traceId();
  }

  private static @Nullable Traceparent parentOf(RequestHead head) {
    String text = head.first(HeaderName.TRACEPARENT);
    return text == null || head.count(HeaderName.TRACEPARENT) > 1 ? null : Traceparent.parse(text);
  }

  /** Writes the header lines; {@code tracestate} only if it is not empty. */
  void write(BiConsumer<String, String> to) {
    write(parent.toString(), state, to);
  }

  /** Writes the header lines of values; {@code tracestate} only if it is not empty. */
  static void write(String parent, String state, BiConsumer<String, String> to) {
    to.accept(Traceparent.HEADER, parent);
    if (!state.isEmpty()) {
      to.accept(Tracestate.HEADER, state);
    }
  }

  /** The same for a request that is a part of another span of the trace. */
  TraceContext within(String span) {
    return new TraceContext(parent.within(span), state);
  }
}
