package io.canarygateway.proxy;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.config.SidecarBody;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.http.RequestHead;
import io.canarygateway.message.SidecarRequest;
import java.util.function.Consumer;

/**
 * The question to the sidecar where one request goes. Collects the body as far as the sidecar gets
 * it, then asks over the event bus. Confined to the request's event loop.
 */
final class SidecarQuestion {

  private final ProxyLoop loop;
  private final RoutingPlan plan;
  private final RequestHead head;
  private final ForwardedRequest forwarded;
  private final RequestBody body;
  private final Consumer<Decided> decided;
  private boolean cancelled;

  SidecarQuestion(
      ProxyLoop loop,
      RoutingPlan plan,
      RequestHead head,
      ForwardedRequest forwarded,
      RequestBody body,
      Consumer<Decided> decided) {
    this.loop = loop;
    this.plan = plan;
    this.head = head;
    this.forwarded = forwarded;
    this.body = body;
    this.decided = decided;
  }

  /** Begins. The ruling may come before this method returns. */
  void begin() {
    if (body.isEmpty() || plan.routing().sidecarBody() == SidecarBody.NONE) {
      ask();
    } else {
      body.collect(plan.routing().sidecarMaxBody(), this::collected);
    }
  }

  /** Ends the question: no ruling comes any more. */
  void cancel() {
    cancelled = true;
  }

  private void collected(RequestBody.Outcome outcome) {
    switch (outcome) {
      case COMPLETE -> ask();
      case TOO_LARGE -> decided.accept(Decided.toMain(DecisionReason.BODY_TOO_LARGE));
      case NO_ROOM -> decided.accept(Decided.toMain(DecisionReason.BODY_NO_ROOM));
    }
  }

  private void ask() {
    TargetPath target = TargetPath.of(head, plan.routing().trimPrefix());
    SidecarRequest question =
        new SidecarRequest(
            head.method(),
            target.path(),
            target.query() == null ? "" : target.query(),
            forwarded.headersForSidecar(),
            body.whole(),
            plan.config().sidecarUrl().map(HttpUrl::toString).orElse(""));
    loop.context().runOnContext(onContext -> ask(question));
  }

  private void ask(SidecarRequest question) {
    loop.bus()
        .request(plan.sidecarAddress(), question, plan.sidecarOptions())
        .onComplete(
            result -> {
              if (!cancelled) {
                decided.accept(loop.decider().bySidecar(SidecarReplies.of(result), plan.routing()));
              }
            });
  }
}
