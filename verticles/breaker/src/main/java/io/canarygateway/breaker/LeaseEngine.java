package io.canarygateway.breaker;

import io.canarygateway.config.ClusterLimits;
import io.canarygateway.store.StateStore;
import io.canarygateway.store.StateStores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps limits by leases from etcd or DynamoDB. All routes share one client of the store. */
final class LeaseEngine implements LimitEngine<LeasedBreaker> {

  private final BreakerConfig config;
  private @Nullable Timing timing;
  private @Nullable StateStore store;
  private int keepers;

  LeaseEngine(BreakerConfig config) {
    this.config = config;
  }

  @Override
  public LeasedBreaker newBreaker() {
    return new LeasedBreaker(System::nanoTime);
  }

  @Override
  public void open(Vertx vertx) {
    open(
        Timing.of(vertx),
        config.limits().filter(ClusterLimits.ETCD::equals).isPresent()
            ? StateStores.etcd(vertx, config.etcd().orElseThrow())
            : StateStores.dynamoDb(vertx, config.dynamoDb().orElseThrow()));
  }

  void open(Timing openedTiming, StateStore openedStore) {
    timing = openedTiming;
    store = openedStore;
  }

  @Override
  public LimitKeeper keeper(
      String route, String application, LeasedBreaker breaker, LimitMeters meters) {
    // A keeper before this one has returned its lease, and its counts with it.
    breaker.startAnew(Duration.ZERO);
    keepers++;
    // Each keeper is a new node for the store, so that nothing of an old one is mistaken.
    String node = keepers == 1 ? config.node() : config.node() + "-" + keepers;
    return new LeaseKeeper(
        Objects.requireNonNull(timing),
        config.ofRoute(node, route, application),
        new BorrowedStore(Objects.requireNonNull(store)),
        breaker,
        new LeaseMetrics(meters, breaker));
  }

  @Override
  public Future<Void> close() {
    return store == null ? Future.succeededFuture() : store.close();
  }
}
