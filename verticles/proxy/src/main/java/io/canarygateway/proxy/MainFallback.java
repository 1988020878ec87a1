package io.canarygateway.proxy;

import io.canarygateway.decision.Target;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.Timeouts;
import org.jspecify.annotations.Nullable;

/**
 * The chance of a canary request to be sent to main. The time for both attempts together is the
 * client's timeout, counted from the request's end. A body is kept while it is sent; if it is too
 * large for that, the chance is lost. Confined to the request's event loop.
 */
final class MainFallback implements Fallback, BodyListener {

  private final FallbackPlan plan;
  private final RequestBody body;
  private final Runnable onTimeout;
  private Timeouts.@Nullable Timeout ofCanary;
  private Timeouts.@Nullable Timeout ofBoth;
  private boolean possible = true;

  private MainFallback(FallbackPlan plan, RequestBody body, Runnable onTimeout) {
    this.plan = plan;
    this.body = body;
    this.onTimeout = onTimeout;
  }

  /**
   * The chance of a request that was decided. Requests to main and upgrades have none.
   *
   * @param plan the route's fallback; null if it has none
   * @param onTimeout ends the attempt that runs, because its time is over
   */
  static Fallback of(
      @Nullable FallbackPlan plan,
      Target target,
      ServerStream stream,
      RequestBody body,
      Runnable onTimeout) {
    return plan != null
            && target == Target.CANARY
            && plan.settings().methods().contains(stream.head().method())
            && stream.bodyLength() <= plan.settings().maxBody()
            && Upgrades.allowed(stream.upgrade()) == null
        ? new MainFallback(plan, body, onTimeout)
        : NONE;
  }

  @Override
  public void begin() {
    if (body.isEmpty()) {
      startClock();
    } else {
      body.keep(plan.settings().maxBody(), this);
    }
  }

  /** The request is complete, or its body is not kept any more. */
  @Override
  public void collected(BodyOutcome outcome) {
    if (outcome == BodyOutcome.COMPLETE) {
      startClock();
    } else {
      end();
    }
  }

  private void startClock() {
    ofCanary = plan.ofCanary().begin(onTimeout);
    ofBoth = plan.ofBoth().begin(this::noTimeLeft);
  }

  private void noTimeLeft() {
    possible = false;
    onTimeout.run();
  }

  @Override
  public boolean isPossible() {
    return possible;
  }

  @Override
  public boolean replaces(int status, boolean grpcFailed) {
    return possible
        && (plan.settings().statuses().counts(status)
            || grpcFailed && plan.settings().statuses().countsGrpc());
  }

  @Override
  public void use() {
    possible = false;
    if (ofCanary != null) {
      ofCanary.cancel();
    }
    body.rewind();
  }

  @Override
  public void end() {
    possible = false;
    if (ofCanary != null) {
      ofCanary.cancel();
    }
    if (ofBoth != null) {
      ofBoth.cancel();
    }
    body.stopKeeping();
  }
}
