package io.canarygateway.snapshot;

import io.canarygateway.message.Addresses;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;

/**
 * Keeps a verticle on the newest snapshot: subscribes, then asks for the current one, and passes on
 * what is newer than the last. To be used on the verticle's own context, on which the handler runs.
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
   * @param handler called with each newer snapshot, the first time before the future completes
   * @return completes once a first snapshot was handled; fails if nobody gives one in time
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
