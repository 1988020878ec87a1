package io.canarygateway.proxy;

import io.canarygateway.decision.Target;
import io.canarygateway.http.FailureLog;
import io.canarygateway.http.HeadWriter;
import io.vertx.core.Context;
import io.vertx.core.eventbus.EventBus;

/**
 * What all requests of one event loop use.
 *
 * @param context where answers from the event bus arrive; it is on the same event loop
 * @param bus the event bus
 * @param shared what all event loops count together
 * @param decider decides
 * @param bodies the bodies that are being collected for the sidecar
 * @param writer puts heads together
 * @param dates the {@code Date} header
 * @param mainFailures tells why main fails
 * @param canaryFailures tells why canary fails
 */
record ProxyLoop(
    Context context,
    EventBus bus,
    ProxyShared shared,
    Decider decider,
    CollectedBodies bodies,
    HeadWriter writer,
    DateLine dates,
    FailureLog mainFailures,
    FailureLog canaryFailures) {

  static ProxyLoop create(Context context, ProxyShared shared) {
    return new ProxyLoop(
        context,
        context.owner().eventBus(),
        shared,
        new Decider(shared.breaker()),
        new CollectedBodies(shared.budget()),
        new HeadWriter(),
        new DateLine(System::currentTimeMillis),
        new FailureLog(Target.MAIN.label()),
        new FailureLog(Target.CANARY.label()));
  }

  FailureLog failures(Target target) {
    return target == Target.MAIN ? mainFailures : canaryFailures;
  }
}
