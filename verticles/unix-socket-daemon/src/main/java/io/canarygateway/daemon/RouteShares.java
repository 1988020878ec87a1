package io.canarygateway.daemon;

import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.BreakerTrips;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The {@link CanaryShare} of each route, by the settings and the circuit breakers, which it
 * follows. On one context.
 */
final class RouteShares {

  private static final DeliveryOptions ASK =
      new DeliveryOptions().setLocalOnly(true).setSendTimeout(5_000);

  private final EventBus bus;
  private final Runnable changed;
  private @Nullable GatewayConfig settings;
  private BreakerTrips trips = BreakerTrips.NONE;

  /**
   * Shares without settings.
   *
   * @param changed runs when shares may have changed
   */
  RouteShares(EventBus bus, Runnable changed) {
    this.bus = bus;
    this.changed = changed;
  }

  /** Takes new settings. */
  void use(GatewayConfig config) {
    settings = config;
    changed.run();
  }

  /**
   * Follows the circuit breakers. Subscribes before it asks, so that no change is missed. Completes
   * even if the process has no breaker.
   */
  Future<Void> followBreakers() {
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
    changed.run();
  }

  /** The share of a route, from 0 to 1; empty if the route does not exist. */
  OptionalDouble of(String route) {
    GatewayConfig config = settings;
    if (config == null) {
      return OptionalDouble.empty();
    }
    boolean reached = trips.errors().contains(route);
    Optional<RouteConfig> found = config.routes().find(route);
    if (found.isEmpty() && route.equals(RouteConfig.DEFAULT)) {
      // The daemon of the top level answers also if the top level has no targets.
      return OptionalDouble.of(CanaryShare.of(config.routing(), config.rollout(), reached));
    }
    return found
        .map(each -> OptionalDouble.of(CanaryShare.of(each.routing(), each.rollout(), reached)))
        .orElse(OptionalDouble.empty());
  }
}
