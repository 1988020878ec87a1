package io.canarygateway.proxy;

import io.canarygateway.decision.Decision;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.Target;
import io.canarygateway.http.RequestHead;

/**
 * An observer that scores one request for the route's release, if the rollout decides where the
 * request goes. The first of these is its outcome: the head of its target's response, the target's
 * failure, the client's departure, the deadline. What main does after canary failed does not count.
 * All calls are passed on to another observer. Confined to the request's event loop.
 */
final class ScoredRequest extends PassingObserver {

  private final ReleasePlan plan;

  /** The request's place in the queue. */
  private final long place;

  private final long admittedNanos;
  private long connectingNanos;

  /** Whether the outcome is the status of gRPC, and not that of HTTP alone. */
  private final boolean grpc;

  private long headNanos;
  private boolean awaitsGrpc;

  private ScoredRequest(
      ReleasePlan plan, RequestObserver others, long place, long admittedNanos, boolean grpc) {
    super(others);
    this.grpc = grpc;
    this.admittedNanos = admittedNanos;
    this.plan = plan;
    this.place = place;
  }

  /**
   * Adds the score to the observers of a request, if requests of the route are scored.
   *
   * @param head the request's head
   * @param admittedNanos the time of the request's head, by {@link System#nanoTime}
   */
  static RequestObserver beside(
      RequestObserver others,
      RoutePlan route,
      KnownClient client,
      RequestHead head,
      long admittedNanos) {
    ReleasePlan plan = route.release();
    Sticky sticky = client.sticky();
    if (plan == null || sticky == null) {
      return others;
    }
    if (plan.queue().isFull()) {
      plan.unscored().increment();
      return others;
    }
    long bits = Double.doubleToLongBits(sticky.assignment().value());
    long place = plan.queue().add(plan.terms(), bits, admittedNanos);
    boolean grpc = plan.errors().countsGrpc() && Grpc.isCall(head);
    return new ScoredRequest(plan, others, place, admittedNanos, grpc);
  }

  private static boolean isOfRollout(DecisionReason reason) {
    return switch (reason) {
      case ROLLOUT_KEY, ROLLOUT_HEADER, ROLLOUT_COOKIE, ROLLOUT_NEW -> true;
      default -> false;
    };
  }

  @Override
  public void decided(Decision decision) {
    if (!isOfRollout(decision.reason())) {
      plan.queue().forget(place);
    } else if (decision.target() == Target.CANARY) {
      plan.queue().toCanary(place);
    } else if (!plan.isCanaryOpen()) {
      plan.queue().forget(place);
    }
    super.decided(decision);
  }

  /**
   * The time to connect is no slowness of the target. Canary gets fewer requests than main, so its
   * connections have to be opened more often.
   */
  @Override
  public void sending(Target target) {
    connectingNanos = System.nanoTime() - admittedNanos;
    super.sending(target);
  }

  @Override
  public void responded(Target target, int status, long nanos) {
    boolean failed = plan.errors().counts(status);
    headNanos = nanos - connectingNanos;
    awaitsGrpc = grpc && !failed;
    if (!awaitsGrpc) {
      plan.queue().resolve(place, failed, headNanos);
    }
    super.responded(target, status, nanos);
  }

  @Override
  public void grpcEnded(Target target, boolean failed) {
    if (awaitsGrpc) {
      awaitsGrpc = false;
      plan.queue().resolve(place, failed, headNanos);
    }
    super.grpcEnded(target, failed);
  }

  @Override
  public void unanswered(Target target, long nanos) {
    plan.queue().resolve(place, true, nanos - connectingNanos);
    super.unanswered(target, nanos);
  }

  /** Canary's failure is known by now, unless all its connections were in use. */
  @Override
  public void fellBack(FallbackCause cause, long nanos) {
    if (cause == FallbackCause.FULL) {
      plan.queue().resolve(place, true, 0);
    } else {
      plan.queue().forget(place);
    }
    super.fellBack(cause, nanos);
  }

  /**
   * The client gets an error of the gateway's own. All connections to the target being in use is a
   * failure of the target: otherwise a target that hangs would fail less often than it does. The
   * time until then is none of the target's, since it may be the time to connect. A client whose
   * deadline is over has left: how long it waits is its own choice.
   */
  @Override
  public void refused(GatewayError error) {
    switch (error) {
      case OVERLOADED -> plan.queue().resolve(place, true, 0);
      case DEADLINE_EXCEEDED -> plan.queue().leave(place);
      default -> plan.queue().forget(place);
    }
    super.refused(error);
  }

  @Override
  public void clientGone() {
    plan.queue().leave(place);
    super.clientGone();
  }

  @Override
  public void ended(Target target, long nanos) {
    if (awaitsGrpc) { // The client's deadline came before the status.
      plan.queue().resolve(place, false, headNanos);
    } else {
      plan.queue().forget(place);
    }
    super.ended(target, nanos);
  }
}
