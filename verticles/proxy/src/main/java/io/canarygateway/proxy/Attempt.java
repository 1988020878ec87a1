package io.canarygateway.proxy;

import io.canarygateway.decision.Target;
import io.canarygateway.http.CallFailure;
import io.canarygateway.http.CallListener;
import io.canarygateway.http.Head;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.ResponseHead;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.UpstreamCall;
import io.netty.buffer.ByteBuf;

/**
 * One attempt of a request at one target: calls it, sends the request, and relays the answer, or
 * drops it if its owner does not want it. Confined to the request's event loop.
 */
final class Attempt implements CallListener {

  /** The receiver of an attempt's outcome: one of its last three methods is called, once. */
  interface Owner {
    /**
     * The answer's status is known, and whether its head holds a status of gRPC that is not OK.
     *
     * @return whether the answer is relayed; otherwise the owner is not called any more
     */
    boolean accepts(int status, boolean grpcFailed);

    /** The whole answer was relayed, and only its end is to be written. */
    void relayed(Head trailers, boolean grpcFailed);

    /** The target has changed the protocol, and the connections are joined. */
    void tunnelled();

    /** The attempt has failed, before the answer's head or behind it. */
    void failed(CallFailure failure);
  }

  /** An answer that is dropped is read so far, so that its connection can be used again. */
  private static final int MOST_DROPPED_BYTES = 64 * 1024;

  private static final CallFailure BROKEN_GZIP =
      new CallFailure(CallFailure.Kind.MALFORMED, "the gzip body is broken or cut short");

  private final ProxiedRequest request;
  private final ServerStream stream;
  private final Target target;
  private final long sinceNanos;
  private final Owner owner;
  private final UpstreamCall call;
  private final ResponseRelay relay;
  private final GrpcOutcome grpc;
  private boolean over;
  private boolean dropped;
  private int droppedBytes;

  /** An attempt that has not begun. The target's times are counted from {@code sinceNanos} on. */
  Attempt(ProxiedRequest request, Target target, long sinceNanos, Owner owner) {
    this.request = request;
    this.stream = request.stream();
    this.target = target;
    this.sinceNanos = sinceNanos;
    this.owner = owner;
    this.grpc = new GrpcOutcome(request, target);
    Dispatch dispatch =
        Dispatch.of(
            request.loop(),
            request.route(),
            request.route().upstream(target),
            request.forwarded(),
            stream,
            request.body().length(),
            request.client().sticky(),
            request.trace().call(Callee.of(target), request.route().upstream(target).url()),
            this);
    this.call = dispatch.call();
    this.relay =
        new ResponseRelay(
            stream,
            call,
            new ClientResponse(request.loop(), stream, call, request.route().filters().response()),
            dispatch.gzip(),
            request.observer());
  }

  /** Begins the attempt. Its owner may be called before this method returns. */
  void begin() {
    call.begin();
  }

  /** Holds interim responses back until the answer is accepted. */
  void holdInterims() {
    relay.holdInterims();
  }

  Target target() {
    return target;
  }

  /** The time since the target's times are counted, in nanoseconds. */
  long elapsed() {
    return System.nanoTime() - sinceNanos;
  }

  /** Whether the client was sent a final response head. */
  boolean begun() {
    return relay.begun();
  }

  /** Continues to relay, because the client takes bytes again. */
  void resume() {
    if (!relay.resume()) {
      failed(BROKEN_GZIP);
    }
  }

  /** Fails, because the time is over. */
  void expire() {
    call.expire();
  }

  /** Drops the answer from now on. It is still read, if it is short. */
  void drop() {
    dropped = true;
    relay.close();
  }

  /** Ends the attempt at once, in any state. Its owner is not called any more. */
  void abandon() {
    over = true;
    call.abandon();
    relay.close();
  }

  @Override
  public void sending() {
    request.observer().sending(target);
  }

  @Override
  public void bodyWanted() {
    request.body().sendTo(call);
  }

  @Override
  public void upstreamWritable() {
    if (!dropped) {
      request.body().continueSending();
    }
  }

  @Override
  public void retried() {
    request.observer().retried(target);
  }

  @Override
  public void interim(ResponseHead interimHead) {
    relay.interim(interimHead);
  }

  @Override
  public void responded(ResponseHead head, long length) {
    if (stream.head().http2() && stream.upgrade() != null && head.status() < 300) {
      failed(new CallFailure(CallFailure.Kind.MALFORMED, "the protocol was not changed"));
      return; // For HTTP/2 such an answer would mean that it was (RFC 8441, 5).
    }
    observe(head);
    if (owner.accepts(head.status(), grpc.failedAtOnce(head))) {
      relay.begin(head, length, request.client().newCookie());
    } else if (length > MOST_DROPPED_BYTES) {
      abandon();
    }
  }

  private void observe(ResponseHead head) {
    if (request.route().upstream(target).interception() == null) {
      request.observer().answeredBy(call.address());
    }
    request.observer().responded(target, head.status(), elapsed());
  }

  @Override
  public void responsePart(ByteBuf part) {
    if (dropped) {
      droppedBytes += part.readableBytes();
      part.release();
      if (droppedBytes > MOST_DROPPED_BYTES) {
        abandon();
      }
    } else if (!relay.part(part)) {
      failed(BROKEN_GZIP);
    }
  }

  @Override
  public void responseFlushed() {
    if (relay.begun()) {
      stream.flush();
    }
  }

  @Override
  public void responseEnded(Head trailers) {
    if (!dropped) {
      relay.end(trailers, this::relayed);
    }
  }

  private void relayed(Head trailers, boolean complete) {
    if (complete) {
      over = true;
      owner.relayed(trailers, grpc.failed(trailers));
    } else {
      failed(BROKEN_GZIP);
    }
  }

  @Override
  public void switched(ResponseHead head) {
    String protocol = head.first(HeaderName.UPGRADE);
    if (protocol != null && Upgrades.isAccepted(stream, head, protocol)) {
      observe(head);
      relay.tunnel(head, protocol);
      over = true;
      owner.tunnelled();
    } else {
      failed(new CallFailure(CallFailure.Kind.MALFORMED, "the new protocol was not offered"));
    }
  }

  @Override
  public void failed(CallFailure failure) {
    if (over || dropped) {
      return;
    }
    over = true;
    if (failure.isOfUpstream()) {
      String authority = request.route().upstream(target).url().authority();
      request.loop().failures(target).failed(authority, failure.cause());
      if (relay.begun()) {
        grpc.broken();
        request.observer().brokenOff(target);
      } else {
        request.observer().unanswered(target, elapsed());
      }
    }
    owner.failed(failure);
  }
}
