package io.canarygateway.proxy;

import io.canarygateway.decision.ErrorStatuses;
import io.canarygateway.decision.Target;
import io.canarygateway.http.CallFailure;
import io.canarygateway.http.Head;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.StreamListener;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its head to the end of its response: decide, then attempt the target, and main
 * after canary if the route has a fallback. All that it holds is released once, however it ends.
 * Confined to the request's event loop.
 */
final class Exchange implements StreamListener, Attempt.Owner {

  private final ProxyLoop loop;
  private final RoutePlan route;
  private final ServerStream stream;
  private final ProxiedRequest request;
  private final RequestObserver observer;
  private final long startNanos = System.nanoTime();
  private @Nullable SidecarQuestion question;
  private @Nullable Decided decided;
  private Fallback fallback = Fallback.NONE;
  private @Nullable Attempt attempt;
  private @Nullable Attempt replaced;
  private final GrpcDeadline deadline = new GrpcDeadline();
  private boolean done;

  Exchange(ProxyLoop loop, RoutePlan route, ServerStream stream, RequestObserver observers) {
    this.loop = loop;
    this.route = route;
    this.stream = stream;
    this.request = ProxiedRequest.of(loop, route, stream, observers, startNanos);
    this.observer = request.observer();
    stream.listen(this);
  }

  /** Decides by the request's head and the breaker, or asks the sidecar. */
  void begin() {
    if (Grpc.isCall(stream.head())) {
      if (stream.head().http2()) {
        stream.bodyMayWait(); // Either side of a call may send first.
      }
      long nanos = GrpcDeadline.nanos(stream.head());
      if (nanos == GrpcDeadline.MALFORMED) {
        end(GatewayError.BAD_REQUEST);
        return;
      }
      deadline.begin(loop.eventLoop(), nanos, () -> end(GatewayError.DEADLINE_EXCEEDED));
    }
    Ruling ruling = request.client().decide();
    if (ruling instanceof Decided now) {
      call(now);
    } else {
      question =
          new SidecarQuestion(
              loop,
              route,
              stream.head(),
              request.forwarded(),
              request.trace(),
              request.body(),
              this::call);
      question.begin();
    }
  }

  private void call(Decided ruling) {
    decided = ruling;
    observer.decided(ruling.decision());
    fallback =
        MainFallback.of(
            route.fallback(), ruling.target(), stream, request.body(), this::attemptOverdue);
    fallback.begin();
    if (!done) {
      attempt(ruling.target(), startNanos);
    }
  }

  private void attempt(Target target, long sinceNanos) {
    Attempt next = new Attempt(request, target, sinceNanos, this);
    if (fallback.isPossible()) {
      next.holdInterims();
    }
    attempt = next;
    next.begin();
  }

  @Override
  public boolean accepts(int status, boolean grpcFailed) {
    ErrorStatuses errors = route.routing().errorStatuses();
    if (errors.counts(status) || grpcFailed && errors.countsGrpc()) {
      settle(true);
    }
    if (fallback.replaces(status, grpcFailed)) {
      fallBack(FallbackCause.STATUS);
      return false;
    }
    fallback.end();
    return true;
  }

  @Override
  public void failed(CallFailure failure) {
    if (failure.isOfUpstream()) {
      settle(true);
    }
    if (fallback.isPossible()) {
      fallBack(FallbackCause.of(failure.kind()));
    } else {
      end(GatewayError.of(failure.kind()));
    }
  }

  /** Sends the request to main, because it has failed on canary. */
  private void fallBack(FallbackCause cause) {
    Attempt failed = Objects.requireNonNull(attempt);
    settle(cause != FallbackCause.FULL && cause != FallbackCause.HEAD_TOO_LARGE);
    observer.fellBack(cause, failed.elapsed());
    failed.drop();
    replaced = failed;
    fallback.use();
    attempt(Target.MAIN, System.nanoTime());
  }

  private void attemptOverdue() {
    if (attempt != null && !attempt.begun()) {
      observer.overtaken();
      attempt.expire();
    }
  }

  @Override
  public void relayed(Head trailers, boolean grpcFailed) {
    if (grpcFailed && route.routing().errorStatuses().countsGrpc()) {
      settle(true);
    }
    releaseAll();
    stream.finish(trailers);
  }

  @Override
  public void tunnelled() {
    releaseAll();
  }

  @Override
  public void bodyFlushed() {
    request.body().flush();
  }

  @Override
  public void writabilityRestored() {
    if (attempt != null) {
      attempt.resume();
    }
  }

  @Override
  public void clientGone() {
    observer.clientGone();
    releaseAll();
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
    releaseAll();
    stream.abort();
  }

  /** Ends with an error response, or before the end of a response that has begun. */
  private void end(GatewayError error) {
    if (begun()) {
      releaseAll();
      stream.cutOff();
      return;
    }
    observer.refused(error);
    ByteBuf errorHead = error.head(loop.writer(), stream);
    observer.clientHead(errorHead);
    releaseAll();
    error.send(stream, errorHead);
  }

  /** Releases all that the exchange holds, before its end is written. */
  private void releaseAll() {
    done = true;
    deadline.end();
    if (question != null) {
      question.cancel();
    }
    request.body().release();
    fallback.end();
    if (replaced != null) {
      replaced.abandon();
    }
    if (attempt != null) {
      attempt.abandon();
    }
    loop.shared().gauges().requests().decrementAndGet();
    if (decided != null) {
      settle(false);
      if (attempt == null) {
        observer.ended(decided.target(), System.nanoTime() - startNanos);
      } else {
        observer.ended(attempt.target(), attempt.elapsed());
      }
    }
    observer.closed();
  }

  private boolean begun() {
    return attempt != null && attempt.begun();
  }

  private void settle(boolean error) {
    Objects.requireNonNull(decided).reservation().settle(error);
  }
}
