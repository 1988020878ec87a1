package io.canarygateway.proxy;

import io.canarygateway.http.CallListener;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The span of one call. Confined to the request's event loop. */
final class SampledCall implements CallTrace {

  private static final int FIRST_ERROR = 400;

  private final Span span;
  private final TraceContext context;
  private final boolean endsWithHead;
  private long resends;
  private boolean over;
  private @Nullable String failure;

  /**
   * A call that is about to begin.
   *
   * @param span its span, which has begun
   * @param context what the callee is told
   * @param endsWithHead whether nobody waits for the rest of the answer
   */
  SampledCall(Span span, TraceContext context, boolean endsWithHead) {
    this.span = span;
    this.context = context;
    this.endsWithHead = endsWithHead;
  }

  @Override
  public void write(BiConsumer<String, String> to) {
    context.write(to);
  }

  @Override
  public CallListener around(CallListener listener) {
    return new TracedListener(listener, this);
  }

  @Override
  public void answered(int status) {
    span.setAttribute(TraceKeys.STATUS, (long) status);
    if (status >= FIRST_ERROR) {
      span.setStatus(StatusCode.ERROR).setAttribute(TraceKeys.ERROR, Integer.toString(status));
    }
    if (endsWithHead) {
      end();
    }
  }

  @Override
  public void failed(String cause) {
    if (!over) {
      failure = cause;
      span.setStatus(StatusCode.ERROR).setAttribute(TraceKeys.ERROR, cause);
    }
  }

  @Override
  public void retried() {
    span.setAttribute(TraceKeys.RESENDS, ++resends);
  }

  /** The answer comes from an IP address with a port. */
  void answeredBy(String address) {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    span.setAttribute(
        TraceKeys.PEER, host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
    if (colon >= 0) {
      span.setAttribute(TraceKeys.PEER_PORT, Long.parseLong(address.substring(colon + 1)));
    }
  }

  /** Why the call has failed; null if it has not. */
  @Nullable String failure() {
    return failure;
  }

  @Override
  public void end() {
    if (!over) {
      over = true;
      span.end();
    }
  }
}
