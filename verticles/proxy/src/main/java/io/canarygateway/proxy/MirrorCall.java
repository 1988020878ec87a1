package io.canarygateway.proxy;

import io.canarygateway.http.CallFailure;
import io.canarygateway.http.CallListener;
import io.canarygateway.http.Head;
import io.canarygateway.http.ResponseHead;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.UpstreamCall;
import io.canarygateway.proxy.MirrorMeters.Result;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The call that sends one copy of a request. The answer's status is noted; its body is dropped, and
 * not read far. Confined to the request's event loop.
 */
final class MirrorCall implements CallListener {

  /**
   * The request that is copied.
   *
   * @param route the settings of its route
   * @param stream the request, which may be over
   * @param forwarded the part of it that is passed on
   * @param sticky the client's assignment; null if assignments do not decide
   * @param trace its part of the trace
   */
  record Original(
      RoutePlan route,
      ServerStream stream,
      ForwardedRequest forwarded,
      @Nullable Sticky sticky,
      RequestTrace trace) {}

  /** The receiver of the outcome: {@code answered} or {@code failed}, then {@code over}. */
  interface Owner {
    /** The answer's head has arrived. */
    void answered(int status);

    /** There is no answer. */
    void failed(Result result);

    /** The call holds nothing any more. */
    void over();
  }

  /** An answer is read so far, so that its connection can be used again. */
  private static final int MOST_ANSWER_BYTES = 64 * 1024;

  private static final int PIECE_BYTES = 64 * 1024;

  private final ByteBuf body;
  private final Owner owner;
  private final UpstreamCall call;
  private boolean answered;
  private int answerBytes;

  /**
   * A call that has not begun.
   *
   * @param body the request's whole body
   */
  MirrorCall(ProxyLoop loop, Upstream upstream, Original original, ByteBuf body, Owner owner) {
    this.body = body;
    this.owner = owner;
    this.call =
        Dispatch.of(
                loop,
                original.route(),
                upstream,
                original.forwarded(),
                original.stream(),
                body.readableBytes(),
                original.sticky(),
                original.trace().call(Callee.MIRROR, upstream.url()),
                this)
            .call();
  }

  /** Begins the call. */
  void begin() {
    call.begin();
  }

  @Override
  public void bodyWanted() {
    while (body.isReadable()) {
      if (call.writable()) {
        call.write(body.readRetainedSlice(Math.min(PIECE_BYTES, body.readableBytes())));
      } else {
        call.flush(); // This may send more, by an event.
        if (!call.writable()) {
          return;
        }
      }
    }
    call.finishBody();
  }

  @Override
  public void upstreamWritable() {
    bodyWanted();
  }

  @Override
  public void responded(ResponseHead head, long length) {
    answered = true;
    owner.answered(head.status());
    if (length > MOST_ANSWER_BYTES) {
      abandon();
    }
  }

  @Override
  public void responsePart(ByteBuf part) {
    answerBytes += part.readableBytes();
    part.release();
    if (answerBytes > MOST_ANSWER_BYTES) {
      abandon();
    }
  }

  @Override
  public void responseEnded(Head trailers) {
    owner.over();
  }

  @Override
  public void failed(CallFailure failure) {
    if (!answered) {
      owner.failed(failure.isOfUpstream() ? Result.FAILED : Result.DROPPED);
    }
    owner.over();
  }

  private void abandon() {
    call.abandon();
    owner.over();
  }

  @Override
  public void retried() {}

  @Override
  public void interim(ResponseHead head) {}

  @Override
  public void switched(ResponseHead head) {}

  @Override
  public void responseFlushed() {}
}
