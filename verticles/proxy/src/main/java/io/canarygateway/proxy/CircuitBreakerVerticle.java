package io.canarygateway.proxy;

import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.CircuitBreaker;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/**
 * The circuit breaker of a gateway that is not clustered. It reports to the log, the metrics,
 * health and the daemon when a limit is reached. One instance in each process, deployed before the
 * proxies, which share its {@link #breaker}.
 */
public final class CircuitBreakerVerticle extends VerticleBase {

  static final String COMPONENT = "breaker";
  private static final long CHECK_MS = 100;

  private final CircuitBreaker breaker = new CircuitBreaker(System::nanoTime);
  private final TripWatch watch;
  private BreakerLimits limits = BreakerLimits.OFF;
  private Duration window = Duration.ZERO;
  private TripPublisher publisher;
  private HealthReporter health;

  /** Whether there has been a limit since the start; a breaker without one has no health. */
  private boolean limited;

  /**
   * A breaker that has counted nothing.
   *
   * @param registry the registry of the breaker's metrics
   */
  @SuppressWarnings("NullAway.Init") // The publisher is set by start.
  public CircuitBreakerVerticle(MeterRegistry registry) {
    this.watch = new TripWatch(breaker, registry);
  }

  /** The breaker that all proxies of this process share. Thread-safe. */
  public Breaker breaker() {
    return breaker;
  }

  @Override
  public Future<?> start() {
    publisher = new TripPublisher(vertx.eventBus());
    health = new HealthReporter(vertx.eventBus());
    return SnapshotSubscription.start(vertx, this::use)
        .onSuccess(subscribed -> vertx.setPeriodic(CHECK_MS, timer -> check()));
  }

  private void use(ConfigSnapshot snapshot) {
    RoutingConfig routing = snapshot.config().routing();
    limits = routing.breakerLimits();
    window = routing.breakerWindow();
    breaker.configure(snapshot.revision(), window, routing.breakerGeneration());
    check();
  }

  private void check() {
    watch.check(limits, window, System.nanoTime());
    publisher.publish(watch.trips());
    limited = limited || !limits.equals(BreakerLimits.OFF);
    if (limited) {
      health.report(COMPONENT, Status.UP, watch.detail());
    }
  }
}
