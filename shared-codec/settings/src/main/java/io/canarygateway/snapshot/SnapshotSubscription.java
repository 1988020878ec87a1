package io.canarygateway.snapshot;

import io.canarygateway.message.Addresses;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;

/**
 * A verticle's subscription to the newest snapshot. It subscribes, asks for the current snapshot,
 * and passes on only newer ones. Used on the verticle's own context.
 */
public final class SnapshotSubscription {

  private static final long ASK_TIMEOUT_MS = 5_000;

  private final Handler<ConfigSnapshot> handler;
  private long revision;

  private SnapshotSubscription(Handler<ConfigSnapshot> handler) {
    this.handler = handler;
  }

  /**
   * Subscribes.
   *
   * @param vertx the event bus
   * @param handler gets each newer snapshot on the verticle's context; the first one before the
   *     future completes
   * @return completes after the first snapshot was handled; fails if there is no answer within 5 s
   */
  public static Future<Void> start(Vertx vertx, Handler<ConfigSnapshot> handler) {
    SnapshotSubscription subscription = new SnapshotSubscription(handler);
    MessageConsumer<ConfigSnapshot> consumer =
        vertx.eventBus().localConsumer(Addresses.SNAPSHOT, msg -> subscription.accept(msg.body()));
    Promise<Void> first = Promise.promise();
    consumer
        .completion()
        .compose(
            subscribed ->
                vertx
                    .eventBus()
                    .<ConfigSnapshot>request(
                        Addresses.SNAPSHOT_GET,
                        "",
                        new DeliveryOptions().setLocalOnly(true).setSendTimeout(ASK_TIMEOUT_MS)))
        .<Void>map(
            reply -> {
              subscription.accept(reply.body());
              return null;
            })
        .onComplete(first);
    return first.future();
  }

  private void accept(ConfigSnapshot snapshot) {
    if (snapshot.revision() > revision) {
      revision = snapshot.revision();
      handler.handle(snapshot);
    }
  }
}
