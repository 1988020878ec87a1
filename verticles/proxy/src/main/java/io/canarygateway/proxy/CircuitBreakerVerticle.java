package io.canarygateway.proxy;

import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.CircuitBreaker;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/**
 * The circuit breaker of a gateway on its own, and whoever looks after it: tells the log, the
 * metrics, health and the daemon when a limit is reached. One instance for each process, before the
 * proxies, which share its {@link #breaker}.
 */
public final class CircuitBreakerVerticle extends VerticleBase {

  static final String COMPONENT = "breaker";
  private static final long LOOK_MS = 100;

  private final CircuitBreaker breaker = new CircuitBreaker(System::nanoTime);
  private final TripWatch watch;
  private BreakerLimits limits = BreakerLimits.OFF;
  private Duration window = Duration.ZERO;
  private TripNews news;
  private ComponentHealth health;

  /**
   * A breaker that has counted nothing.
   *
   * @param registry where it records
   */
  public CircuitBreakerVerticle(MeterRegistry registry) {
    this.watch = new TripWatch(breaker, registry);
  }

  /** The breaker that all proxies of this process share. */
  public Breaker breaker() {
    return breaker;
  }

  @Override
  public Future<?> start() {
    news = new TripNews(vertx.eventBus());
    vertx.eventBus().localConsumer(Addresses.HEALTH_ASK, message -> publishHealth());
    return SnapshotSubscription.start(vertx, this::use)
        .onSuccess(subscribed -> vertx.setPeriodic(LOOK_MS, timer -> look()));
  }

  private void use(ConfigSnapshot snapshot) {
    RoutingConfig routing = snapshot.config().routing();
    limits = routing.breakerLimits();
    window = routing.breakerWindow();
    breaker.configure(snapshot.revision(), window, routing.breakerGeneration());
    look();
  }

  private void look() {
    watch.look(limits, window, System.nanoTime());
    news.tell(watch.trips());
    ComponentHealth now = new ComponentHealth(COMPONENT, Status.UP, watch.detail());
    boolean known = health != null || !limits.equals(BreakerLimits.OFF);
    if (known && !now.equals(health)) {
      health = now;
      publishHealth();
    }
  }

  private void publishHealth() {
    if (health != null) {
      vertx.eventBus().publish(Addresses.HEALTH, health, Addresses.WITHIN_PROCESS);
    }
  }
}
