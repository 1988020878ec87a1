package io.canarygateway.proxy;

import io.canarygateway.config.SidecarBody;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.http.RequestHead;
import io.canarygateway.message.SidecarReply;
import io.canarygateway.message.SidecarRequest;
import java.util.function.Consumer;

/**
 * The question to the sidecar where one request goes. Collects the body as far as the sidecar gets
 * it, then asks over the event bus. Confined to the request's event loop.
 */
final class SidecarQuestion {

  private final ProxyLoop loop;
  private final RoutePlan route;
  private final RequestHead head;
  private final ForwardedRequest forwarded;
  private final RequestTrace trace;
  private final RequestBody body;
  private final Consumer<Decided> decided;
  private boolean cancelled;

  SidecarQuestion(
      ProxyLoop loop,
      RoutePlan route,
      RequestHead head,
      ForwardedRequest forwarded,
      RequestTrace trace,
      RequestBody body,
      Consumer<Decided> decided) {
    this.loop = loop;
    this.route = route;
    this.head = head;
    this.forwarded = forwarded;
    this.trace = trace;
    this.body = body;
    this.decided = decided;
  }

  /** Begins. The ruling may come before this method returns. */
  void begin() {
    if (body.isEmpty()
        || route.routing().sidecarBody() == SidecarBody.NONE
        || Grpc.isCall(head)) { // Its body may be a stream without an end.
      ask();
    } else {
      body.collect(route.routing().sidecarMaxBody(), this::collected);
    }
  }

  /** Ends the question: no ruling comes any more. */
  void cancel() {
    cancelled = true;
  }

  private void collected(BodyOutcome outcome) {
    switch (outcome) {
      case COMPLETE -> ask();
      case TOO_LARGE -> decided.accept(Decided.toMain(DecisionReason.BODY_TOO_LARGE));
      case NO_ROOM -> decided.accept(Decided.toMain(DecisionReason.BODY_NO_ROOM));
    }
  }

  private void ask() {
    CallTrace asked = trace.call(Callee.SIDECAR, route.routing().sidecarUrl());
    TargetPath target = TargetPath.of(head, route.filters().path());
    SidecarRequest question =
        new SidecarRequest(
            head.method(),
            target.path(),
            target.query() == null ? "" : target.query(),
            forwarded.headersForSidecar(asked),
            body.whole(),
            route.sidecar().url());
    loop.context().runOnContext(onContext -> ask(question, asked));
  }

  private void ask(SidecarRequest question, CallTrace asked) {
    loop.bus()
        .request(route.sidecar().address(), question, route.sidecar().options())
        .onComplete(
            result -> {
              if (!cancelled) {
                SidecarReply reply = SidecarReplies.of(result);
                SidecarReplies.record(reply, asked);
                decided.accept(route.decider().bySidecar(reply, route.routing()));
              }
            });
  }
}
