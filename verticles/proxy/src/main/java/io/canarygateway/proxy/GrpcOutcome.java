package io.canarygateway.proxy;

import io.canarygateway.decision.Target;
import io.canarygateway.http.Head;

/**
 * What is known of the status of gRPC in one answer. It comes in the head, or in the trailers. For
 * other requests it is never known. Confined to the request's event loop.
 */
final class GrpcOutcome {

  private final Target target;
  private final RequestObserver observer;
  private boolean open;

  GrpcOutcome(ProxiedRequest request, Target target) {
    this.target = target;
    this.observer = request.observer();
    this.open = Grpc.isCall(request.stream().head());
  }

  /** Takes an answer's head. Returns whether it holds a status that is not OK. */
  boolean failedAtOnce(Head head) {
    boolean known = open && Grpc.hasStatus(head);
    return known && end(Grpc.failed(head));
  }

  /** Takes an answer's trailers. Returns whether they hold a status that is not OK. */
  boolean failed(Head trailers) {
    return open && end(Grpc.failed(trailers));
  }

  /** The answer ended before its end. */
  void broken() {
    if (open) {
      end(true);
    }
  }

  private boolean end(boolean failed) {
    open = false;
    observer.grpcEnded(target, failed);
    return failed;
  }
}
