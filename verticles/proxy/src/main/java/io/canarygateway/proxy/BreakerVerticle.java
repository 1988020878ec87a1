package io.canarygateway.proxy;

import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.Lease;
import io.canarygateway.decision.LeasedBreaker;
import io.canarygateway.decision.Ledger;
import io.canarygateway.decision.LedgerWire;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.BreakerBeat;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's part of the cluster's circuit breaker, whose limits hold over all nodes together. One
 * instance in each process of a cluster. It is deployed before the proxies, which share its {@link
 * #breaker}, and undeployed after them, which returns unused leases.
 */
public final class BreakerVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(BreakerVerticle.class);
  private static final String COMPONENT = CircuitBreakerVerticle.COMPONENT;
  private static final long TICK_MS = 1_000 / UsageRate.TICKS_PER_SECOND;

  /** A longer pause between two ticks means that this process was not running. */
  private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** The shortest time between two beats that ask other nodes for leases. */
  private static final long URGENT_BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** How long the start waits for a first lease. */
  private static final long FIRST_LEASE_MS = 3_000;

  private static final long FIRST_LEASE_POLL_MS = 10;
  private static final long LEAVE_TIMEOUT_MS = 2_000;

  private final BreakerConfig config;
  private final LeasedBreaker breaker = new LeasedBreaker();
  private final Lease lease;
  private final BreakerMetrics metrics;
  private final Presence presence = new Presence(System::nanoTime);
  private final TripWatch watch;
  private TripPublisher publisher;
  private LedgerStore store;
  private LeaseKeeper keeper;
  private HealthReporter health;
  private long ticks;
  private long tickNanos;
  private long beatNanos;
  private boolean warnedIgnored;

  /**
   * The part of one node.
   *
   * @param config the node and its cluster
   * @param registry the registry of the breaker's metrics
   */
  @SuppressWarnings("NullAway.Init") // The other fields are set by start.
  public BreakerVerticle(BreakerConfig config, MeterRegistry registry) {
    this.config = config;
    this.lease = new Lease(config.node(), breaker, config.clusterSize());
    this.metrics = new BreakerMetrics(registry, breaker);
    this.watch = new TripWatch(breaker, registry);
  }

  /** The breaker that all proxies of this process share. Thread-safe. */
  public Breaker breaker() {
    return breaker;
  }

  @Override
  public Future<?> start() {
    return LedgerStore.open(vertx)
        .compose(this::read)
        .compose(
            read ->
                vertx
                    .eventBus()
                    .<Buffer>consumer(
                        Addresses.of(Addresses.CLUSTER_BREAKER_OFFER, config.node()), this::offered)
                    .completion())
        .compose(
            subscribed ->
                vertx
                    .eventBus()
                    .<BreakerBeat>consumer(Addresses.CLUSTER_BREAKER, msg -> heard(msg.body()))
                    .completion())
        .compose(subscribed -> begin())
        .compose(
            subscribed ->
                awaitFirstLease(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FIRST_LEASE_MS)));
  }

  private Future<Void> read(LedgerStore opened) {
    store = opened;
    keeper =
        new LeaseKeeper(
            vertx,
            config,
            breaker,
            lease,
            presence,
            new LedgerWriter(vertx, config.node(), lease, store),
            metrics);
    return store
        .read()
        .<Void>map(
            text -> {
              if (text != null) {
                lease.learn(LedgerStore.ledgerOf(text));
              }
              return null;
            })
        .recover(
            failed -> {
              LOG.atWarn()
                  .addKeyValue("reason", failed.toString())
                  .log("the cluster's breaker cannot be read yet");
              return Future.succeededFuture();
            });
  }

  private Future<Void> begin() {
    publisher = new TripPublisher(vertx.eventBus());
    tickNanos = System.nanoTime();
    vertx.setPeriodic(TICK_MS, timer -> tick());
    breaker.onWant(() -> context.runOnContext(v -> wanted()));
    health = new HealthReporter(vertx.eventBus());
    beat();
    return SnapshotSubscription.start(vertx, snapshot -> use(snapshot.config().routing()))
        .onSuccess(subscribed -> reportHealth());
  }

  private void use(RoutingConfig routing) {
    keeper.limit(routing.breakerLimits());
    boolean ignored = !routing.breakerWindow().isZero() || !routing.breakerGeneration().isEmpty();
    if (ignored && !warnedIgnored) {
      warnedIgnored = true;
      LOG.warn("circuit-breaker.window and circuit-breaker.generation have no effect in a cluster");
    }
  }

  /** Waits a moment for a lease, so that the first requests find one. */
  private Future<Void> awaitFirstLease(long untilNanos) {
    boolean unlimited = keeper.limits().equals(BreakerLimits.OFF);
    if (unlimited || keeper.ready() || System.nanoTime() - untilNanos > 0) {
      return Future.succeededFuture();
    }
    return vertx
        .timer(FIRST_LEASE_POLL_MS, TimeUnit.MILLISECONDS)
        .compose(elapsed -> awaitFirstLease(untilNanos));
  }

  @Override
  public Future<?> stop() {
    return keeper == null // The start has failed.
        ? Future.succeededFuture()
        : keeper.leave().timeout(LEAVE_TIMEOUT_MS, TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  private void offered(Message<Buffer> offer) {
    try {
      offer.reply(keeper.offered(LedgerWire.decode(offer.body().getBytes())));
    } catch (IllegalArgumentException e) {
      offer.fail(0, e.getMessage());
    }
  }

  private void heard(BreakerBeat beat) {
    boolean first = presence.heard(beat);
    if (beat.node().equals(config.node())) {
      return;
    }
    if (first) {
      beat(); // A new node learns of this one at once.
    }
    if (beat.wantsRequests() || beat.wantsErrors()) {
      keeper.othersWant(beat.wantsRequests(), beat.wantsErrors());
    }
  }

  private void wanted() {
    keeper.wanted();
    BreakerBeat beat = keeper.beat();
    if ((beat.wantsRequests() || beat.wantsErrors())
        && System.nanoTime() - beatNanos > URGENT_BEAT_NANOS) {
      publish(beat);
    }
  }

  private void tick() {
    long now = System.nanoTime();
    if (now - tickNanos > STALL_NANOS) {
      presence.forgetAll();
    }
    tickNanos = now;
    ticks++;
    if (ticks % 2 == 0) {
      beat();
    }
    keeper.tick(ticks % UsageRate.TICKS_PER_SECOND == 0);
    reportHealth();
  }

  private void beat() {
    publish(keeper.beat());
  }

  private void publish(BreakerBeat beat) {
    beatNanos = System.nanoTime();
    presence.heard(beat); // This node is alive, too.
    vertx.eventBus().publish(Addresses.CLUSTER_BREAKER, beat);
  }

  private void reportHealth() {
    watch.check(keeper.limits(), Duration.ZERO, System.nanoTime());
    publisher.publish(watch.trips());
    Ledger ledger = lease.accepted();
    Set<String> voters = ledger == null ? Set.of(config.node()) : ledger.nodes();
    boolean degraded = !keeper.limits().equals(BreakerLimits.OFF) && !keeper.quorum();
    health.report(
        COMPONENT,
        degraded ? Status.DEGRADED : Status.UP,
        degraded
            ? presence.live().stream().filter(voters::contains).count()
                + " of "
                + Math.max(voters.size(), config.clusterSize())
                + " nodes are alive: canary gets only what is leased already"
            : watch.detail());
  }
}
