package io.canarygateway.proxy;

import io.canarygateway.decision.Target;
import io.canarygateway.http.CallFailure;
import io.canarygateway.http.CallListener;
import io.canarygateway.http.Head;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.ResponseHead;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.StreamListener;
import io.canarygateway.http.UpstreamCall;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its head to the end of its response: decide, call, relay. All that it holds is
 * released once, however it ends. Confined to the request's event loop.
 */
final class Exchange implements StreamListener, CallListener {

  private static final CallFailure BROKEN_GZIP =
      new CallFailure(CallFailure.Kind.MALFORMED, "the gzip body is broken or cut short");

  private final ProxyLoop loop;
  private final RoutePlan route;
  private final ServerStream stream;
  private final RequestObserver observer;
  private final RequestBody body;
  private final KnownClient client;
  private final ForwardedRequest forwarded;
  private final long startNanos = System.nanoTime();
  private @Nullable SidecarQuestion question;
  private @Nullable Decided decided;
  private @Nullable UpstreamCall call;
  private @Nullable ResponseRelay relay;
  private boolean done;

  Exchange(ProxyLoop loop, RoutePlan route, ServerStream stream, RequestObserver observer) {
    this.loop = loop;
    this.route = route;
    this.stream = stream;
    this.observer = observer;
    this.body = new RequestBody(stream, loop.bodies(), observer);
    this.client = KnownClient.of(route, stream);
    this.forwarded = new ForwardedRequest(stream, client.trusted(), route, loop.shared().via());
    stream.listen(this);
  }

  /** Decides by the request's head and the breaker, or asks the sidecar. */
  void begin() {
    Ruling ruling = client.decide();
    if (ruling instanceof Decided now) {
      call(now);
    } else {
      question = new SidecarQuestion(loop, route, stream.head(), forwarded, body, this::call);
      question.begin();
    }
  }

  private void call(Decided ruling) {
    decided = ruling;
    observer.decided(ruling.decision());
    Dispatch dispatch =
        Dispatch.of(loop, route, target(), forwarded, stream, body.length(), client.sticky(), this);
    call = dispatch.call();
    ClientResponse heads = new ClientResponse(loop, stream, call, route.filters().response());
    relay = new ResponseRelay(stream, call, heads, dispatch.gzip(), observer);
    call.begin();
  }

  @Override
  public void bodyWanted() {
    body.sendTo(Objects.requireNonNull(call));
  }

  @Override
  public void upstreamWritable() {
    body.continueSending();
  }

  @Override
  public void bodyFlushed() {
    body.flush();
  }

  @Override
  public void retried() {
    observer.retried(target());
  }

  @Override
  public void interim(ResponseHead interimHead) {
    relay().interim(interimHead);
  }

  @Override
  public void responded(ResponseHead responseHead, long length) {
    observer.responded(target(), responseHead.status(), elapsed());
    if (route.routing().errorStatuses().counts(responseHead.status())) {
      settle(true);
    }
    relay().begin(responseHead, length, client.newCookie());
  }

  @Override
  public void responsePart(ByteBuf part) {
    if (!relay().part(part)) {
      failed(BROKEN_GZIP);
    }
  }

  @Override
  public void responseFlushed() {
    if (begun()) {
      stream.flush();
    }
  }

  @Override
  public void writabilityRestored() {
    if (relay != null && !relay.resume()) {
      failed(BROKEN_GZIP);
    }
  }

  @Override
  public void responseEnded(Head trailers) {
    relay().end(trailers, this::relayed);
  }

  private void relayed(Head trailers, boolean complete) {
    if (complete) {
      releaseAll();
      stream.finish(trailers);
    } else {
      failed(BROKEN_GZIP);
    }
  }

  @Override
  public void switched(ResponseHead switchedHead) {
    String protocol = switchedHead.first(HeaderName.UPGRADE);
    if (protocol != null && Upgrades.isOffered(stream.upgrade(), protocol)) {
      observer.responded(target(), switchedHead.status(), elapsed());
      relay().tunnel(switchedHead, protocol);
      releaseAll();
    } else {
      failed(new CallFailure(CallFailure.Kind.MALFORMED, "the new protocol was not offered"));
    }
  }

  @Override
  public void failed(CallFailure failure) {
    if (done) {
      return;
    }
    if (failure.kind() != CallFailure.Kind.FULL) {
      settle(true);
      loop.failures(target()).failed(route.upstream(target()).url().authority(), failure.cause());
      if (!begun()) {
        observer.unanswered(target(), elapsed());
      }
    }
    end(GatewayError.of(failure.kind()));
  }

  @Override
  public void clientGone() {
    observer.clientGone();
    releaseAll();
  }

  @Override
  public void bodyMalformed() {
    end(GatewayError.BAD_REQUEST);
  }

  @Override
  public void bodyOverdue() {
    if (!begun()) {
      end(GatewayError.REQUEST_TIMEOUT);
    }
  }

  @Override
  public void unreadOverdue() {
    releaseAll();
    stream.abort();
  }

  /** Ends with an error response, or before the end of a response that has begun. */
  private void end(GatewayError error) {
    if (begun()) {
      releaseAll();
      stream.cutOff();
      return;
    }
    observer.refused(error);
    ByteBuf errorHead = error.head(loop.writer(), stream);
    observer.clientHead(errorHead);
    releaseAll();
    error.send(stream, errorHead);
  }

  /** Releases all that the exchange holds, before its end is written. */
  private void releaseAll() {
    done = true;
    if (question != null) {
      question.cancel();
    }
    if (call != null) {
      call.abandon();
    }
    if (relay != null) {
      relay.close();
    }
    body.release();
    loop.shared().gauges().requests().decrementAndGet();
    if (decided != null) {
      settle(false);
      observer.ended(target(), elapsed());
    }
  }

  private boolean begun() {
    return relay != null && relay.begun();
  }

  private Target target() {
    return Objects.requireNonNull(decided).target();
  }

  private void settle(boolean error) {
    Objects.requireNonNull(decided).reservation().settle(error);
  }

  private ResponseRelay relay() {
    return Objects.requireNonNull(relay);
  }

  private long elapsed() {
    return System.nanoTime() - startNanos;
  }
}
