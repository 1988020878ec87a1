package io.canarygateway.proxy;

import io.canarygateway.decision.Target;
import io.canarygateway.http.CallFailure;
import io.canarygateway.http.CallListener;
import io.canarygateway.http.Head;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.ResponseHead;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.StreamListener;
import io.canarygateway.http.UpstreamCall;
import io.netty.buffer.ByteBuf;

/**
 * One request from its head to the end of its response: decide, call, relay. Sees to it that what
 * it holds (a place in flight, room in the breaker, collected bytes) is given back once, however it
 * ends. All calls come from the request's event loop.
 */
final class Exchange implements StreamListener, CallListener {

  private static final CallFailure BROKEN_GZIP =
      new CallFailure(CallFailure.Kind.MALFORMED, "the gzip body is broken or cut short");

  private final ProxyLoop loop;
  private final RoutingPlan plan;
  private final ServerStream stream;
  private final RequestHead head;
  private final RequestObserver observer;
  private final RequestBody body;
  private final KnownClient client;
  private final ForwardedRequest forwarded;
  private final long startNanos = System.nanoTime();
  private SidecarQuestion question;
  private Decided decided;
  private UpstreamCall call;
  private ResponseRelay relay;
  private boolean done;

  Exchange(ProxyLoop loop, RoutingPlan plan, ServerStream stream, RequestObserver observer) {
    this.loop = loop;
    this.plan = plan;
    this.stream = stream;
    this.head = stream.head();
    this.observer = observer;
    this.body = new RequestBody(stream, loop.bodies(), observer);
    this.client = KnownClient.of(plan, stream);
    this.forwarded = new ForwardedRequest(stream, client.trusted(), plan.config().rollout());
    stream.listen(this);
  }

  /** Decides, as far as the request's head and the breaker say. */
  void begin() {
    Ruling ruling =
        loop.decider()
            .withoutSidecar(
                client.xCanary(), plan.routing(), plan.config().rollout().canary(), client::sticky);
    if (ruling instanceof Decided now) {
      call(now);
    } else {
      question = new SidecarQuestion(loop, plan, head, forwarded, body, this::call);
      question.begin();
    }
  }

  private void call(Decided ruling) {
    decided = ruling;
    observer.decided(ruling.decision());
    Dispatch dispatch =
        Dispatch.of(
            loop,
            plan.upstream(target()),
            plan.routing().trimPrefix(),
            forwarded,
            head,
            stream.upgrade(),
            body.length(),
            client.sticky(),
            this);
    call = dispatch.call();
    ClientResponse heads = new ClientResponse(loop, stream, call);
    relay = new ResponseRelay(stream, call, heads, dispatch.gzip(), observer);
    call.begin();
  }

  @Override
  public void bodyWanted() {
    body.sendTo(call);
  }

  @Override
  public void upstreamWritable() {
    body.sendOn();
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
    relay.interim(interimHead);
  }

  @Override
  public void responded(ResponseHead responseHead, long length) {
    observer.responded(target(), responseHead.status(), elapsed());
    if (plan.routing().errorStatuses().counts(responseHead.status())) {
      decided.reservation().settle(true);
    }
    relay.begin(responseHead, length, client.newCookie());
  }

  @Override
  public void responsePart(ByteBuf part) {
    if (!relay.part(part)) {
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
    if (relay != null && !relay.goOn()) {
      failed(BROKEN_GZIP);
    }
  }

  @Override
  public void responseEnded(Head trailers) {
    relay.end(trailers, this::relayed);
  }

  private void relayed(Head trailers, boolean complete) {
    if (complete) {
      finishing();
      stream.finish(trailers);
    } else {
      failed(BROKEN_GZIP);
    }
  }

  @Override
  public void switched(ResponseHead switchedHead) {
    if (Upgrades.isAsAsked(stream.upgrade(), switchedHead.first(HeaderName.UPGRADE))) {
      observer.responded(target(), switchedHead.status(), elapsed());
      relay.tunnel(switchedHead);
      finishing();
    } else {
      failed(new CallFailure(CallFailure.Kind.MALFORMED, "the protocol is not the one asked for"));
    }
  }

  @Override
  public void failed(CallFailure failure) {
    if (done) {
      return;
    }
    if (failure.kind() != CallFailure.Kind.FULL) {
      decided.reservation().settle(true);
      loop.failures(target()).failed(plan.upstream(target()).url().authority(), failure.cause());
      if (!begun()) {
        observer.unanswered(target(), elapsed());
      }
    }
    end(GatewayError.of(failure.kind()));
  }

  @Override
  public void clientGone() {
    observer.clientGone();
    finishing();
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
    finishing();
    stream.abort();
  }

  /** Ends with an error, or in the middle of the response if that has begun. */
  private void end(GatewayError error) {
    if (begun()) {
      finishing();
      stream.cutOff();
      return;
    }
    observer.refused(error);
    ByteBuf errorHead = error.head(loop.writer(), stream);
    observer.clientHead(errorHead);
    finishing();
    error.send(stream, errorHead);
  }

  /** To be called before the end is written: gives back all that the exchange holds. */
  private void finishing() {
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
      decided.reservation().settle(false);
      observer.ended(target(), elapsed());
    }
  }

  private boolean begun() {
    return relay != null && relay.begun();
  }

  private Target target() {
    return decided.target();
  }

  private long elapsed() {
    return System.nanoTime() - startNanos;
  }
}
