package io.canarygateway.daemon;

import io.canarygateway.config.GatewayConfig;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.BreakerTrips;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the settings and the circuit breaker, and passes {@link CanaryShare} on. On one context.
 */
final class ShareFollower {

  private static final DeliveryOptions ASK =
      new DeliveryOptions().setLocalOnly(true).setSendTimeout(5_000);

  private final EventBus bus;
  private final DoubleConsumer share;
  private @Nullable GatewayConfig settings;
  private BreakerTrips trips = BreakerTrips.NONE;

  /**
   * Creates a follower.
   *
   * @param share called with each new share, from 0 to 1
   */
  ShareFollower(EventBus bus, DoubleConsumer share) {
    this.bus = bus;
    this.share = share;
  }

  /** Takes new settings. */
  void use(GatewayConfig config) {
    settings = config;
    update();
  }

  /**
   * Follows the circuit breaker. Subscribes before it asks, so that no change is missed. Completes
   * even if the process has no breaker.
   */
  Future<Void> followBreaker() {
    return bus.<BreakerTrips>localConsumer(Addresses.BREAKER, message -> use(message.body()))
        .completion()
        .compose(subscribed -> bus.<BreakerTrips>request(Addresses.BREAKER_GET, "", ASK))
        .map(Message::body)
        .otherwise(trips)
        .<Void>map(
            current -> {
              use(current);
              return null;
            });
  }

  private void use(BreakerTrips current) {
    trips = current;
    update();
  }

  private void update() {
    if (settings != null) {
      share.accept(CanaryShare.of(settings, trips));
    }
  }
}
