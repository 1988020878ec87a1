package io.canarygateway.proxy;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.decision.Decision;
import io.canarygateway.decision.Target;
import io.netty.buffer.ByteBuf;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * A trace of which the gateway's part is recorded: a span of the request, and one of each call.
 * Confined to the request's event loop.
 */
final class SampledTrace implements RequestTrace, RequestObserver {

  private static final int FIRST_SERVER_ERROR = 500;
  private static final int SWITCHING_PROTOCOLS = 101;

  private final Span span;
  private final TraceContext context;
  private final CallSpans calls;

  /** The newest call that the request waits for. */
  private @Nullable SampledCall call;

  private int status;

  /**
   * The trace of a request whose head has arrived.
   *
   * @param span the request's span, which has begun
   * @param context the trace, with that span
   * @param calls begins the spans of calls
   */
  SampledTrace(Span span, TraceContext context, CallSpans calls) {
    this.span = span;
    this.context = context;
    this.calls = calls;
  }

  @Override
  public String id() {
    return context.parent().traceId();
  }

  @Override
  public CallTrace call(Callee callee, @Nullable HttpUrl url) {
    Span began = calls.begin(span, callee, url);
    SampledCall next =
        new SampledCall(
            began, context.within(began.getSpanContext().getSpanId()), callee == Callee.MIRROR);
    if (callee != Callee.MIRROR) {
      endCall();
      call = next;
    }
    return next;
  }

  private void endCall() {
    if (call != null) {
      call.end();
    }
  }

  @Override
  public RequestObserver beside(RequestObserver others) {
    return new Observers(others, this);
  }

  @Override
  public void decided(Decision decision) {
    span.setAttribute(TraceKeys.TARGET, decision.target().label());
    span.setAttribute(TraceKeys.REASON, decision.label());
  }

  @Override
  public void answeredBy(String address) {
    if (call != null) {
      call.answeredBy(address);
    }
  }

  @Override
  public void responded(Target target, int newStatus, long nanos) {
    if (newStatus == SWITCHING_PROTOCOLS) {
      status = newStatus; // No head is shown: the connections are joined.
    }
  }

  @Override
  public void fellBack(FallbackCause cause, long nanos) {
    span.setAttribute(TraceKeys.TARGET, Target.MAIN.label());
    span.setAttribute(TraceKeys.FALLBACK, cause.label());
    endCall();
  }

  @Override
  public void clientHead(ByteBuf head) {
    status = StatusLine.status(head);
  }

  @Override
  public void clientGone() {
    span.setAttribute(TraceKeys.CLIENT_GONE, true);
  }

  /** The gateway answers by itself. */
  void answered(int newStatus) {
    status = newStatus;
  }

  @Override
  public void closed() {
    endCall();
    if (status > 0) {
      span.setAttribute(TraceKeys.STATUS, (long) status);
    }
    String failure = call == null ? null : call.failure();
    if (status >= FIRST_SERVER_ERROR) {
      span.setStatus(StatusCode.ERROR).setAttribute(TraceKeys.ERROR, Integer.toString(status));
    } else if (failure != null) {
      // The answer that was begun is cut off.
      span.setStatus(StatusCode.ERROR).setAttribute(TraceKeys.ERROR, failure);
    }
    span.end();
  }
}
