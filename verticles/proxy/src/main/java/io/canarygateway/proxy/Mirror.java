package io.canarygateway.proxy;

import io.canarygateway.decision.Decision;
import io.canarygateway.decision.Target;
import io.canarygateway.http.ServerStream;
import io.canarygateway.proxy.MirrorMeters.Result;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The copy of one request, which is sent to the route's mirror once the original is complete. It
 * observes the original and nothing more: the original never waits for it. Confined to the
 * request's event loop.
 */
final class Mirror implements RequestObserver, MirrorCall.Owner {

  private final ProxyLoop loop;
  private final Mirrors mirrors;
  private final MirrorMeters meters;
  private final MirrorPlan plan;
  private final MirrorCall.Original original;
  private ByteBuf body = Unpooled.buffer(0);
  private boolean holdsPlace;
  private boolean selected;
  private boolean complete;
  private boolean sent;
  private boolean originalEnded;
  private int originalStatus;
  private int copyStatus;

  private Mirror(
      ProxyLoop loop, MirrorMeters meters, MirrorPlan plan, MirrorCall.Original original) {
    this.loop = loop;
    this.mirrors = loop.mirrors();
    this.meters = meters;
    this.plan = plan;
    this.original = original;
    long length = original.stream().bodyLength();
    this.complete = length == 0;
    this.holdsPlace = length <= plan.settings().maxBody() && mirrors.tryBegin();
  }

  /** Adds a copy to the observers of a request, if the request is to be copied. */
  static RequestObserver beside(
      RequestObserver others,
      ProxyLoop loop,
      RoutePlan route,
      ServerStream stream,
      ForwardedRequest forwarded,
      KnownClient client,
      RequestTrace trace) {
    MirrorPlan plan = route.mirror();
    if (plan == null
        || !plan.concerns(stream)
        || !loop.mirrors().selects(plan.settings().fraction())) {
      return others;
    }
    MirrorCall.Original original =
        new MirrorCall.Original(route, stream, forwarded, client.sticky(), trace);
    return new Observers(others, new Mirror(loop, route.meters().mirrors(), plan, original));
  }

  /** A request that canary gets in any case is neither copied to canary nor counted. */
  @Override
  public void decided(Decision decision) {
    if (plan.isOfCanary() && decision.target() == Target.CANARY) {
      release();
      return;
    }
    selected = true;
    if (holdsPlace) {
      sendWhenReady();
    } else {
      meters.count(Result.DROPPED);
    }
  }

  @Override
  public void requestPart(ByteBuf part) {
    int size = part.readableBytes();
    if (!holdsPlace) {
      return;
    }
    if (body.readableBytes() + size <= plan.settings().maxBody() && mirrors.tryTake(size)) {
      body.writeBytes(part, part.readerIndex(), size);
    } else {
      drop();
    }
  }

  @Override
  public void requestEnded() {
    complete = true;
    sendWhenReady();
  }

  @Override
  public void responded(Target target, int status, long nanos) {
    originalStatus = status;
  }

  @Override
  public void fellBack(FallbackCause cause, long nanos) {
    originalStatus = 0;
  }

  @Override
  public void refused(GatewayError error) {
    dropIncomplete();
  }

  @Override
  public void clientGone() {
    dropIncomplete();
  }

  @Override
  public void ended(Target target, long nanos) {
    dropIncomplete();
    originalEnded = true;
    compare();
  }

  /** Sends the copy in a later turn of the event loop, behind the original. */
  private void sendWhenReady() {
    if (holdsPlace && selected && complete && !sent) {
      sent = true;
      loop.context()
          .runOnContext(v -> new MirrorCall(loop, plan.upstream(), original, body, this).begin());
    }
  }

  @Override
  public void answered(int status) {
    copyStatus = status;
    compare();
    meters.count(Result.SENT);
  }

  @Override
  public void failed(Result result) {
    meters.count(result);
  }

  @Override
  public void over() {
    release();
  }

  private void compare() {
    if (originalEnded && originalStatus > 0 && copyStatus > 0) {
      meters.compared(originalStatus, copyStatus);
    }
  }

  /** Drops a copy that was not sent, because no more of the original will come. */
  private void dropIncomplete() {
    if (!sent) {
      drop();
    }
  }

  private void drop() {
    if (holdsPlace) {
      release();
      if (selected) {
        meters.count(Result.DROPPED);
      }
    }
  }

  private void release() {
    if (holdsPlace) {
      holdsPlace = false;
      mirrors.end(body.writerIndex());
      body = Unpooled.EMPTY_BUFFER;
    }
  }
}
