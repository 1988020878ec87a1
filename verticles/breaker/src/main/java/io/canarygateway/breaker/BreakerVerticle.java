package io.canarygateway.breaker;

import io.canarygateway.config.ClusterLimits;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.Breakers;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.canarygateway.store.StateStore;
import io.canarygateway.store.StateStores;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The circuit breaker of one process. It reports to the log, the metrics, health and the daemon
 * when a limit is reached. In a cluster the limits hold over all nodes together, see {@link
 * ClusterLimits}.
 *
 * <p>One instance in each process. It is deployed before the proxies, which share its {@link
 * #breaker}, and undeployed after them, which returns unused leases.
 */
public final class BreakerVerticle extends VerticleBase {

  private static final String COMPONENT = "breaker";
  private static final long TICK_MS = 1_000 / UsageRate.TICKS_PER_SECOND;

  private final Breaker breaker;
  private final TripWatch watch;

  /** Makes the keeper of the limits on the context of this verticle. */
  private final Function<Vertx, LimitKeeper> keepers;

  private LimitKeeper keeper;
  private TripPublisher publisher;
  private HealthReporter health;
  private BreakerLimits limits = BreakerLimits.OFF;
  private Duration window = Duration.ZERO;

  /** Whether there has been a limit since the start; a breaker without one has no health. */
  private boolean limited;

  @SuppressWarnings("NullAway.Init") // The other fields are set by start.
  private BreakerVerticle(
      Breaker breaker, Function<Vertx, LimitKeeper> keepers, MeterRegistry registry) {
    this.breaker = breaker;
    this.keepers = keepers;
    this.watch = new TripWatch(breaker, registry);
  }

  /**
   * Makes a breaker that has counted nothing.
   *
   * @param config the settings
   * @param registry the registry of the breaker's metrics
   * @return the verticle
   */
  public static BreakerVerticle create(BreakerConfig config, MeterRegistry registry) {
    ClusterLimits limits = config.limits().orElse(null);
    if (limits == ClusterLimits.ETCD || limits == ClusterLimits.DYNAMODB) {
      LeasedBreaker leased = new LeasedBreaker(System::nanoTime);
      LeaseMetrics metrics = new LeaseMetrics(registry, leased);
      return new BreakerVerticle(
          leased,
          vertx ->
              new LeaseKeeper(
                  Timing.of(vertx), config, store(vertx, config, limits), leased, metrics),
          registry);
    }
    CircuitBreaker local = new CircuitBreaker(System::nanoTime);
    Breaker breaker =
        limits == ClusterLimits.SHARES
            ? new SharesBreaker(local, config.clusterSize(), config.place())
            : local;
    return new BreakerVerticle(breaker, vertx -> new LocalKeeper(local), registry);
  }

  private static StateStore store(Vertx vertx, BreakerConfig config, ClusterLimits limits) {
    return limits == ClusterLimits.ETCD
        ? StateStores.etcd(vertx, config.etcd().orElseThrow())
        : StateStores.dynamoDb(vertx, config.dynamoDb().orElseThrow());
  }

  /** The breaker that all proxies of this process share. Thread-safe. */
  public Breaker breaker() {
    return breaker;
  }

  /** The breakers of all routes. */
  public Breakers breakers() {
    return route -> breaker;
  }

  @Override
  public Future<?> start() {
    keeper = keepers.apply(vertx);
    publisher = new TripPublisher(vertx.eventBus());
    health = new HealthReporter(vertx.eventBus());
    return SnapshotSubscription.start(vertx, this::use)
        .compose(
            subscribed -> {
              vertx.setPeriodic(TICK_MS, timer -> tick());
              return keeper.start();
            });
  }

  @Override
  public Future<?> stop() {
    return keeper == null // The start has failed.
        ? Future.succeededFuture()
        : keeper.stop();
  }

  private void use(ConfigSnapshot snapshot) {
    RoutingConfig routing = snapshot.config().routing();
    limits = routing.breakerLimits();
    window = routing.breakerWindow();
    keeper.use(routing);
    check();
  }

  private void tick() {
    keeper.tick();
    check();
  }

  private void check() {
    watch.check(limits, window, System.nanoTime());
    publisher.publish(watch.trips());
    limited = limited || !limits.equals(BreakerLimits.OFF);
    if (limited) {
      String trouble = keeper.trouble();
      health.report(
          COMPONENT,
          trouble.isEmpty() ? Status.UP : Status.DEGRADED,
          Stream.of(trouble, watch.detail())
              .filter(text -> !text.isEmpty())
              .collect(Collectors.joining("; ")));
    }
  }
}
