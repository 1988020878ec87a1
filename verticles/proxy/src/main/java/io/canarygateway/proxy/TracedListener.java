package io.canarygateway.proxy;

import io.canarygateway.http.CallFailure;
import io.canarygateway.http.CallListener;
import io.canarygateway.http.Head;
import io.canarygateway.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import java.util.Locale;

/**
 * Records in a span what happens to an upstream call, and passes it on. Confined to the call's
 * event loop.
 *
 * @param listener the listener of the call
 * @param call the call's span
 */
record TracedListener(CallListener listener, CallTrace call) implements CallListener {

  @Override
  public void sending() {
    listener.sending();
  }

  @Override
  public void bodyWanted() {
    listener.bodyWanted();
  }

  @Override
  public void upstreamWritable() {
    listener.upstreamWritable();
  }

  @Override
  public void retried() {
    call.retried();
    listener.retried();
  }

  @Override
  public void interim(ResponseHead head) {
    listener.interim(head);
  }

  @Override
  public void responded(ResponseHead head, long length) {
    call.answered(head.status());
    listener.responded(head, length);
  }

  @Override
  public void switched(ResponseHead head) {
    call.answered(head.status());
    listener.switched(head);
    call.end();
  }

  @Override
  public void responsePart(ByteBuf part) {
    listener.responsePart(part);
  }

  @Override
  public void responseFlushed() {
    listener.responseFlushed();
  }

  @Override
  public void responseEnded(Head trailers) {
    call.end();
    listener.responseEnded(trailers);
  }

  @Override
  public void failed(CallFailure failure) {
    call.failed(failure.kind().name().toLowerCase(Locale.ROOT));
    call.end();
    listener.failed(failure);
  }
}
