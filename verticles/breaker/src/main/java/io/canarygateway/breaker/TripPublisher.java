package io.canarygateway.breaker;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.BreakerTrips;
import io.vertx.core.eventbus.EventBus;

/** The publisher of the breaker's reached limits within the process. Confined to one context. */
final class TripPublisher {

  private final EventBus bus;
  private BreakerTrips published = BreakerTrips.NONE;

  /**
   * A publisher that also answers questions at {@link Addresses#BREAKER_GET}. One in each process.
   */
  TripPublisher(EventBus bus) {
    this.bus = bus;
    bus.localConsumer(Addresses.BREAKER_GET, question -> question.reply(published));
  }

  /** Publishes the reached limits, if they have changed. */
  void publish(BreakerTrips trips) {
    if (!trips.equals(published)) {
      published = trips;
      bus.publish(Addresses.BREAKER, trips, Addresses.WITHIN_PROCESS);
    }
  }
}
