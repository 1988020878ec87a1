package io.canarygateway.proxy;

import io.canarygateway.decision.Decision;
import io.canarygateway.decision.Target;
import io.canarygateway.http.ServerStream;

/**
 * An observer that scores one request for the route's release, if the rollout decides where the
 * request goes. The first of these is its outcome: the head of its target's response, the target's
 * failure, the client's departure, the deadline. A response that breaks off later is one more. What
 * main does after canary failed does not count. All calls are passed on to another observer.
 * Confined to the request's event loop.
 */
final class ScoredRequest extends PassingObserver {

  private final ReleasePlan plan;
  private final long client;
  private final long admittedNanos;
  private final int run;

  /** Whether the outcome is the status of gRPC, and not that of HTTP alone. */
  private final boolean grpc;

  /** The request's place in the queue. */
  private long place;

  /** When it was admitted to that place. */
  private long placedNanos;

  private boolean toCanary;
  private boolean uploading;
  private boolean awaitsGrpc;
  private long connectingNanos;
  private long headNanos;

  /** Whether the request has an outcome, or will have none. */
  private boolean settled;

  /** Whether a failure behind the head would be one of the release. */
  private boolean mayBreak;

  private ScoredRequest(
      ReleasePlan plan, RequestObserver others, long client, long admittedNanos, boolean grpc) {
    super(others);
    this.plan = plan;
    this.client = client;
    this.admittedNanos = admittedNanos;
    this.run = plan.queue().runs();
    this.grpc = grpc;
  }

  /** Adds the score to the observers of a request, if requests of the route are scored. */
  static RequestObserver beside(
      RequestObserver others,
      RoutePlan route,
      KnownClient client,
      ServerStream stream,
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
    boolean grpc = plan.errors().countsGrpc() && Grpc.isCall(stream.head());
    ScoredRequest scored = new ScoredRequest(plan, others, bits, admittedNanos, grpc);
    scored.queue(admittedNanos);
    if (stream.bodyLength() != 0) {
      scored.uploading = plan.queue().open(scored.place, true);
    }
    return scored;
  }

  private void queue(long nanos) {
    place = plan.queue().add(plan.terms(), client, nanos);
    placedNanos = nanos;
  }

  /** Puts the request among those that are admitted now, unless its run has ended. */
  private void queueAnew() {
    plan.queue().forget(place);
    if (plan.queue().isFull()) {
      plan.unscored().increment();
    } else if (plan.queue().runs() == run) {
      queue(System.nanoTime());
      if (toCanary) {
        plan.queue().toCanary(place);
      }
    }
  }

  @Override
  public void decided(Decision decision) {
    if (!ReleasePlan.isOfRollout(decision.reason())) {
      forget();
    } else if (decision.target() == Target.CANARY) {
      toCanary = true;
      plan.queue().toCanary(place);
    } else if (!plan.isCanaryOpen()) {
      forget();
    }
    super.decided(decision);
  }

  /** An outcome that this was not waited for, since the client decides how long it takes. */
  private boolean isLate() {
    return (uploading || awaitsGrpc) && !plan.queue().has(place);
  }

  private void resolve(boolean failed, long nanos) {
    if (!settled) {
      settled = true;
      if (isLate()) {
        queueAnew();
      }
      plan.queue().resolve(place, failed, nanos);
    }
  }

  private void forget() {
    settled = true;
    plan.queue().forget(place);
  }

  /** The client has left. Its request has not failed, but has taken until now. */
  private void leave() {
    resolve(false, System.nanoTime() - admittedNanos);
  }

  /**
   * From now on the target has the whole request. If the client took long to send it, the request
   * takes its turn among those that are admitted now: the target has its time from now on.
   */
  @Override
  public void requestEnded() {
    if (uploading && !settled && !awaitsGrpc) {
      if (System.nanoTime() - placedNanos > ScoreState.OPEN_NANOS) {
        queueAnew();
      } else {
        plan.queue().open(place, false);
      }
    }
    uploading = false;
    super.requestEnded();
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
    if (grpc && !failed && !settled) {
      awaitsGrpc = uploading || plan.queue().open(place, true);
    } else {
      mayBreak = !settled && !failed;
      resolve(failed, headNanos);
    }
    super.responded(target, status, nanos);
  }

  @Override
  public void grpcEnded(Target target, boolean failed) {
    if (awaitsGrpc) {
      resolve(failed, headNanos);
      awaitsGrpc = false;
    }
    super.grpcEnded(target, failed);
  }

  /** The client has counted as one that did not fail. Now it counts as one that did. */
  @Override
  public void brokenOff(Target target) {
    if (mayBreak) {
      mayBreak = false;
      queueAnew();
      plan.queue().resolve(place, true, headNanos);
    }
    super.brokenOff(target);
  }

  /** Main is not given up so early: that is no failure, only the time that it took. */
  @Override
  public void overtaken() {
    resolve(false, System.nanoTime() - admittedNanos - connectingNanos);
    super.overtaken();
  }

  @Override
  public void unanswered(Target target, long nanos) {
    resolve(true, nanos - connectingNanos);
    super.unanswered(target, nanos);
  }

  /** Canary's failure is known by now, unless all its connections were in use. */
  @Override
  public void fellBack(FallbackCause cause, long nanos) {
    if (cause == FallbackCause.FULL) {
      resolve(true, 0);
    }
    forget();
    mayBreak = false;
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
      case OVERLOADED -> resolve(true, 0);
      case DEADLINE_EXCEEDED -> leave();
      default -> forget();
    }
    super.refused(error);
  }

  @Override
  public void clientGone() {
    leave();
    super.clientGone();
  }

  @Override
  public void ended(Target target, long nanos) {
    if (awaitsGrpc) { // The client's deadline came before the status.
      resolve(false, headNanos);
    }
    forget();
    super.ended(target, nanos);
  }
}
