package io.canarygateway.proxy;

import io.canarygateway.decision.Target;
import io.canarygateway.http.FailureLog;
import io.canarygateway.http.HeadWriter;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.eventbus.EventBus;
import java.util.SplittableRandom;

/**
 * The objects that all requests of one event loop share. Confined to that event loop.
 *
 * @param context the context of event bus replies, on the same event loop
 * @param eventLoop the event loop
 * @param bus the event bus
 * @param shared the objects that all event loops share
 * @param bodies the bodies that are being collected for the sidecar or a fallback
 * @param mirrors the copies of requests
 * @param accessLog the access log
 * @param traces the traces of requests
 * @param writer the writer of message heads
 * @param dates the {@code Date} header line
 * @param mainFailures the log of failed calls to main
 * @param canaryFailures the log of failed calls to canary
 */
record ProxyLoop(
    Context context,
    EventLoop eventLoop,
    EventBus bus,
    ProxyShared shared,
    CollectedBodies bodies,
    Mirrors mirrors,
    AccessLog accessLog,
    Traces traces,
    HeadWriter writer,
    DateLine dates,
    FailureLog mainFailures,
    FailureLog canaryFailures) {

  static ProxyLoop create(Context context, EventLoop loop, ProxyShared shared) {
    return new ProxyLoop(
        context,
        loop,
        context.owner().eventBus(),
        shared,
        new CollectedBodies(shared.budget()),
        new Mirrors(shared.mirrorLimits(), shared.connections()::isCrowded, new SplittableRandom()),
        new AccessLog(loop, shared.accessLog(), shared.tracer() != null),
        new Traces(shared.tracer(), new SplittableRandom()),
        new HeadWriter(),
        new DateLine(System::currentTimeMillis),
        new FailureLog(Target.MAIN.label()),
        new FailureLog(Target.CANARY.label()));
  }

  FailureLog failures(Target target) {
    return target == Target.MAIN ? mainFailures : canaryFailures;
  }
}
