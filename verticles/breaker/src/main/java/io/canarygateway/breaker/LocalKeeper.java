package io.canarygateway.breaker;

import io.canarygateway.config.RoutingConfig;

/** Keeps limits by the counts of this process alone. */
final class LocalKeeper implements LimitKeeper {

  private final LocalBreaker breaker;

  LocalKeeper(LocalBreaker breaker) {
    this.breaker = breaker;
  }

  @Override
  public void use(RoutingConfig routing) {
    breaker.configure(routing.breakerWindow(), routing.breakerGeneration());
  }
}
