package io.canarygateway.breaker;

import io.canarygateway.config.ClusterLimits;

/** Keeps limits without a store: a process by itself, or a node with its share of each limit. */
final class LocalEngine implements LimitEngine<LocalBreaker> {

  private final BreakerConfig config;

  LocalEngine(BreakerConfig config) {
    this.config = config;
  }

  @Override
  public LocalBreaker newBreaker() {
    CircuitBreaker local = new CircuitBreaker(System::nanoTime);
    return config.limits().filter(ClusterLimits.SHARES::equals).isPresent()
        ? new SharesBreaker(local, config.clusterSize(), config.place())
        : local;
  }

  @Override
  public LimitKeeper keeper(
      String route, String application, LocalBreaker breaker, LimitMeters meters) {
    return new LocalKeeper(breaker);
  }
}
