package io.canarygateway.flagwatcher;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.ReleaseWeights;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.function.Consumer;

/** Follows the shares that releases have decided, within the process. On one context. */
final class ReleaseFeed {

  private static final DeliveryOptions ASK =
      new DeliveryOptions().setLocalOnly(true).setSendTimeout(3_000);

  private final Vertx vertx;
  private final Consumer<ReleaseWeights> target;
  private boolean published;

  ReleaseFeed(Vertx vertx, Consumer<ReleaseWeights> target) {
    this.vertx = vertx;
    this.target = target;
  }

  /** Completes once each new message is received. */
  Future<Void> start() {
    return vertx
        .eventBus()
        .<ReleaseWeights>localConsumer(
            Addresses.RELEASE_WEIGHTS,
            message -> {
              published = true;
              target.accept(message.body());
            })
        .completion()
        .onSuccess(subscribed -> ask());
  }

  /** Nobody answers at the start of a process, since releases follow the flag watcher. */
  private void ask() {
    vertx
        .eventBus()
        .<ReleaseWeights>request(Addresses.RELEASE_WEIGHTS_GET, "", ASK)
        .onSuccess(
            reply -> {
              if (!published) {
                target.accept(reply.body());
              }
            });
  }
}
