package io.canarygateway.proxy;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.BreakerTrips;
import io.vertx.core.eventbus.EventBus;

/** Tells the rest of the process which limits of the breaker are reached. On one context. */
final class TripNews {

  private final EventBus bus;
  private BreakerTrips told = BreakerTrips.NONE;

  /** News from a verticle, which is the only one of the process. */
  TripNews(EventBus bus) {
    this.bus = bus;
    bus.localConsumer(Addresses.BREAKER_GET, question -> question.reply(told));
  }

  void tell(BreakerTrips trips) {
    if (!trips.equals(told)) {
      told = trips;
      bus.publish(Addresses.BREAKER, trips, Addresses.WITHIN_PROCESS);
    }
  }
}
