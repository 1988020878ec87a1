package io.canarygateway.breaker;

import io.canarygateway.config.ClusterLimits;
import io.canarygateway.decision.Breakers;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthDetail;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.stream.Stream;

/**
 * The circuit breakers of one process, one for each route. It reports to the log, the metrics,
 * health and the daemon when a limit is reached. In a cluster the limits hold over all nodes
 * together, see {@link ClusterLimits}.
 *
 * <p>One instance in each process. It is deployed before the proxies, which share its {@link
 * #breakers}, and undeployed after them, which returns unused leases.
 */
public final class BreakerVerticle extends VerticleBase {

  private static final String COMPONENT = "breaker";
  private static final long TICK_MS = 1_000 / UsageRate.TICKS_PER_SECOND;

  private final AllLimits<?> limits;
  private TripPublisher publisher;
  private HealthReporter health;
  private boolean opened;

  /** Whether there has been a limit since the start; without one the breaker has no health. */
  private boolean limited;

  @SuppressWarnings("NullAway.Init") // The other fields are set by start.
  private BreakerVerticle(AllLimits<?> limits) {
    this.limits = limits;
  }

  /**
   * Makes breakers that have counted nothing.
   *
   * @param config the settings
   * @param registry the registry of the breakers' metrics
   * @return the verticle
   */
  public static BreakerVerticle create(BreakerConfig config, MeterRegistry registry) {
    boolean leased =
        config
            .limits()
            .filter(each -> each == ClusterLimits.ETCD || each == ClusterLimits.DYNAMODB)
            .isPresent();
    return new BreakerVerticle(
        leased
            ? new AllLimits<>(new LeaseEngine(config), registry)
            : new AllLimits<>(new LocalEngine(config), registry));
  }

  /** The breakers of all routes, which all proxies of this process share. Thread-safe. */
  public Breakers breakers() {
    return limits.breakers();
  }

  @Override
  public Future<?> start() {
    limits.open(vertx);
    opened = true;
    publisher = new TripPublisher(vertx.eventBus());
    health = new HealthReporter(vertx.eventBus());
    return SnapshotSubscription.start(vertx, this::use)
        .compose(
            subscribed -> {
              vertx.setPeriodic(TICK_MS, timer -> tick());
              return limits.start();
            });
  }

  @Override
  public Future<?> stop() {
    return opened ? limits.stop() : Future.succeededFuture(); // Else the start has failed.
  }

  private void use(ConfigSnapshot snapshot) {
    limits.use(snapshot.config().routes(), System.nanoTime());
    check();
  }

  private void tick() {
    limits.tick(System.nanoTime());
    check();
  }

  private void check() {
    limits.check(System.nanoTime());
    publisher.publish(limits.trips());
    limited = limited || limits.limited();
    if (limited) {
      List<String> troubles = limits.troubles();
      health.report(
          COMPONENT,
          troubles.isEmpty() ? Status.UP : Status.DEGRADED,
          HealthDetail.join("; ", Stream.concat(troubles.stream(), limits.details())));
    }
  }
}
