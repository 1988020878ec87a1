package io.canarygateway.proxy;

import io.canarygateway.http.CallFailure;
import io.canarygateway.http.CallListener;
import io.canarygateway.http.Endpoint;
import io.canarygateway.http.Head;
import io.canarygateway.http.ResponseHead;
import io.canarygateway.message.InterceptedAnswer;
import io.canarygateway.message.InterceptedCall;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a call through interceptors look like a call to the upstream itself: if the interceptors'
 * server could not connect to the upstream, its response becomes a failure. It also reports to the
 * upstream's addresses whether they answered. Confined to the call's event loop.
 */
final class InterceptedListener implements CallListener {

  private final CallListener listener;
  private final List<Endpoint> endpoints;
  private @Nullable CallFailure failure;

  /**
   * A listener for one call.
   *
   * @param listener the listener of the call to the upstream
   * @param endpoints the addresses that the request named
   */
  InterceptedListener(CallListener listener, List<Endpoint> endpoints) {
    this.listener = listener;
    this.endpoints = endpoints;
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
    listener.retried();
  }

  @Override
  public void interim(ResponseHead head) {
    listener.interim(head);
  }

  @Override
  public void responded(ResponseHead head, long length) {
    String answer = head.first(InterceptedCall.HEADER);
    if (answer == null) {
      // For example, Vert.x has refused a request that the gateway accepts.
      failure =
          new CallFailure(
              CallFailure.Kind.MALFORMED,
              "the interceptors' server answers " + head.status() + " by itself");
      return;
    }
    InterceptedAnswer said = InterceptedAnswer.parse(answer);
    report(said);
    switch (said.outcome()) {
      case ANSWERED -> listener.responded(head, length);
      case CONNECT -> failure = new CallFailure(CallFailure.Kind.CONNECT, said.cause());
      case CONNECT_TIMEOUT ->
          failure = new CallFailure(CallFailure.Kind.CONNECT_TIMEOUT, said.cause());
    }
  }

  private void report(InterceptedAnswer said) {
    for (int i = 0; i < said.tried().size(); i++) {
      int place = said.tried().get(i);
      boolean answered = i == said.tried().size() - 1 && said.status() > 0;
      if (place < endpoints.size()) {
        if (answered) {
          endpoints.get(place).answered(said.status());
        } else {
          endpoints.get(place).failed();
        }
      }
    }
  }

  @Override
  public void switched(ResponseHead head) {
    listener.switched(head);
  }

  @Override
  public void responsePart(ByteBuf part) {
    if (failure == null) {
      listener.responsePart(part);
    } else {
      part.release();
    }
  }

  @Override
  public void responseFlushed() {
    if (failure == null) {
      listener.responseFlushed();
    }
  }

  @Override
  public void responseEnded(Head trailers) {
    if (failure == null) {
      listener.responseEnded(trailers);
    } else {
      listener.failed(failure);
    }
  }

  /**
   * The interceptors' server closes its connection if the upstream does so. Which address it was is
   * not known; with one address it is that one.
   */
  @Override
  public void failed(CallFailure cause) {
    boolean ofUpstream =
        cause.kind() == CallFailure.Kind.RESET || cause.kind() == CallFailure.Kind.TIMEOUT;
    if (failure == null && ofUpstream && endpoints.size() == 1) {
      endpoints.get(0).failed();
    }
    listener.failed(failure == null ? cause : failure);
  }
}
