package io.canarygateway.metrics;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/** Asks the verticle of this process if there is one, else that of any node. On one context. */
final class BusQuestions {

  private static final long TIMEOUT_MS = 5_000;

  private final Vertx vertx;

  BusQuestions(Vertx vertx) {
    this.vertx = vertx;
  }

  <T> Future<T> ask(String address, Object question) {
    return this.<T>ask(address, question, true)
        .recover(
            cause ->
                vertx.isClustered() && failure(cause) == ReplyFailure.NO_HANDLERS
                    ? ask(address, question, false)
                    : Future.failedFuture(cause));
  }

  private <T> Future<T> ask(String address, Object question, boolean local) {
    return vertx
        .eventBus()
        .<T>request(
            address, question, new DeliveryOptions().setLocalOnly(local).setSendTimeout(TIMEOUT_MS))
        .map(Message::body);
  }

  static ReplyFailure failure(Throwable cause) {
    return cause instanceof ReplyException reply ? reply.failureType() : ReplyFailure.ERROR;
  }
}
