package io.canarygateway.breaker;

import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.store.StateStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's leases of the cluster's limits: when it draws them and when it returns them. Limits,
 * window and generation may change at any time. Confined to one context.
 */
final class LeaseKeeper implements LimitKeeper, LeaseOwner {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

  /** How long the start waits for a first lease. */
  private static final long FIRST_LEASE_MS = 3_000;

  private static final long FIRST_LEASE_POLL_MS = 5;

  private final Timing timing;
  private final BreakerConfig config;
  private final StateStore store;
  private final LeasedBreaker breaker;
  private final LeaseMetrics metrics;
  private BreakerLimits limits = BreakerLimits.OFF;
  private Duration window = Duration.ZERO;
  private String generation = "";
  private Usage usage;
  private @Nullable Lease lease;
  private @Nullable LeaseSession session;
  private int sessions;
  private int ticks;

  /** Whether this node gave its lease to others, so that it draws again only when it needs to. */
  private boolean yieldedRequests;

  private boolean yieldedErrors;

  LeaseKeeper(
      Timing timing,
      BreakerConfig config,
      StateStore store,
      LeasedBreaker breaker,
      LeaseMetrics metrics) {
    this.timing = timing;
    this.config = config;
    this.store = store;
    this.breaker = breaker;
    this.metrics = metrics;
    usage = new Usage(breaker.startAnew(window));
    breaker.onWant(() -> timing.run(this::wanted));
  }

  @Override
  public Future<Void> start() {
    Promise<Void> leased = Promise.promise();
    awaitFirstLease(leased, timing.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FIRST_LEASE_MS));
    return leased.future();
  }

  /** Waits a moment for a lease, so that the first requests find one. */
  private void awaitFirstLease(Promise<Void> leased, long untilNanos) {
    LeaseSession now = session;
    if (now == null || now.settled() || timing.nanoTime() - untilNanos > 0) {
      leased.complete();
    } else {
      timing.after(FIRST_LEASE_POLL_MS, () -> awaitFirstLease(leased, untilNanos));
    }
  }

  @Override
  public void use(RoutingConfig routing) {
    use(routing.breakerLimits(), routing.breakerWindow(), routing.breakerGeneration());
  }

  void use(BreakerLimits newLimits, Duration newWindow, String newGeneration) {
    boolean otherWindow = !newWindow.equals(window);
    boolean otherGeneration = !newGeneration.equals(generation);
    boolean otherLimits = !newLimits.equals(limits);
    limits = newLimits;
    window = newWindow;
    generation = newGeneration;
    if (otherWindow && !otherGeneration) {
      breaker.counts().window(window);
    }
    if (otherGeneration) {
      startAnew();
    } else if (session == null) {
      open();
    } else if (otherLimits || otherWindow) {
      yieldedRequests = false;
      yieldedErrors = false;
      informed();
      session.consider();
    }
  }

  private void startAnew() {
    usage = new Usage(breaker.startAnew(window));
    yieldedRequests = false;
    yieldedErrors = false;
    if (session != null) {
      session.close();
      session = null;
    }
    open();
  }

  /** Begins to lease as soon as there is a limit; until then the store is left alone. */
  private void open() {
    if (session == null && !limits.equals(BreakerLimits.OFF)) {
      // Each session is a new node for the store, so that nothing of the old one is mistaken.
      String node = config.node() + "." + ++sessions;
      Lease next = new Lease(node, config.clusterSize(), breaker.counts(), timing::nanoTime);
      lease = next;
      session = new LeaseSession(timing, store, config.key(generation), next, this);
    }
  }

  private void wanted() {
    usage.sample(timing.nanoTime());
    yieldedRequests = false;
    yieldedErrors = false;
    informed();
    if (session != null) {
      session.consider();
    }
  }

  @Override
  public void tick() {
    ticks++;
    usage.rate().tick();
    usage.sample(timing.nanoTime());
    breaker.counts().forget();
    LeaseSession open = session;
    Lease held = lease;
    if (open != null && held != null) {
      if (ticks % UsageRate.TICKS_PER_SECOND == 0) {
        held.giveBack(
            Math.max(LeaseSize.USUAL, 2 * usage.rate().requests()),
            Math.max(LeaseSize.USUAL, 2 * usage.rate().errors()));
      }
      informed();
      open.consider();
    }
    breaker.counts().satisfied();
  }

  @Override
  public Optional<Demand> demand() {
    return limits.equals(BreakerLimits.OFF) ? Optional.empty() : Optional.of(now());
  }

  private Demand now() {
    return new Demand(
        limits,
        window,
        config.spending() && !yieldedRequests,
        config.spending() && !yieldedErrors,
        usage.rate().requests(),
        usage.rate().errors(),
        usage.refusesRequests(),
        usage.refusesErrors());
  }

  @Override
  public void informed() {
    Lease held = lease;
    LeaseSession open = session;
    if (held == null) {
      return;
    }
    held.inform(now(), open != null && open.trouble().isEmpty());
    metrics.update(held.known(), open == null || open.trouble().isEmpty());
    giveWay(held);
  }

  /** Returns what other nodes need, and everything if more is leased than the limits allow. */
  private void giveWay(Lease held) {
    boolean idle = usage.rate().idle();
    boolean requestsWanted = held.known().wantedByOthers(held.node(), false);
    boolean errorsWanted = held.known().wantedByOthers(held.node(), true);
    long keepRequests = Long.MAX_VALUE;
    long keepErrors = Long.MAX_VALUE;
    if (requestsWanted && !usage.refusesRequests()) {
      keepRequests = idle ? 0 : breaker.counts().requests().unused() / 2;
      yieldedRequests = true;
    }
    if (errorsWanted && !usage.refusesErrors()) {
      keepErrors = idle ? 0 : breaker.counts().errors().unused() / 2;
      yieldedErrors = true;
    }
    held.giveBack(
        breaker.counts().requests().view().closed() ? 0 : keepRequests,
        breaker.counts().errors().view().closed() ? 0 : keepErrors);
  }

  @Override
  public void lost() {
    RouteLog.of(config.route().name(), LOG.atWarn())
        .addKeyValue("store", store.engine())
        .addKeyValue("generation", generation)
        .log("the store has no leases of this node any more; its counts start anew");
    startAnew();
  }

  @Override
  public void wrote(LeaseMetrics.Result result) {
    metrics.wrote(result);
    breaker.counts().satisfied(); // A request that finds too little leased asks again.
  }

  @Override
  public String trouble() {
    LeaseSession open = session;
    String reason = open == null || limits.equals(BreakerLimits.OFF) ? "" : open.trouble();
    return reason.isEmpty()
        ? ""
        : store.engine() + " cannot be used, so canary gets only what is leased already: " + reason;
  }

  @Override
  public Future<Void> stop() {
    LeaseSession open = session;
    Future<Void> left = open == null ? Future.succeededFuture() : open.leave(window);
    return left.timeout(LastWrite.MOST_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .eventually(store::close);
  }
}
