package io.canarygateway.proxy;

import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.Lease;
import io.canarygateway.decision.LeasedBreaker;
import io.canarygateway.decision.Ledger;
import io.canarygateway.message.BreakerBeat;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The decision when this node draws leases, and when it returns them. A lease counts only once a
 * majority agrees, see {@link Lease}. A mistake here can therefore only delay a lease. Confined to
 * one context.
 */
final class LeaseKeeper {

  private static final long RETRY_MS = 50;

  /** The shortest time between two reports of use that no lease covers. */
  private static final long DEBT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** The same while a limit is off. */
  private static final long UNLIMITED_DEBT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Vertx vertx;
  private final BreakerConfig config;
  private final LeasedBreaker breaker;
  private final Lease lease;
  private final Presence presence;
  private final LedgerWriter writer;
  private final BreakerMetrics metrics;
  private final UsageRate rate;
  private BreakerLimits limits = BreakerLimits.OFF;
  private boolean writing;
  private boolean considerAgain;
  private boolean stopped;

  /** Whether this node has returned something that the ledger does not contain yet. */
  private boolean owing;

  /**
   * Whether this node gave its unused requests to others, so that it draws again only when needed.
   */
  private boolean yieldedRequests;

  private boolean yieldedErrors;
  private long debtToldNanos = System.nanoTime();

  LeaseKeeper(
      Vertx vertx,
      BreakerConfig config,
      LeasedBreaker breaker,
      Lease lease,
      Presence presence,
      LedgerWriter writer,
      BreakerMetrics metrics) {
    this.vertx = vertx;
    this.config = config;
    this.breaker = breaker;
    this.lease = lease;
    this.presence = presence;
    this.writer = writer;
    this.metrics = metrics;
    this.rate = new UsageRate(breaker);
  }

  /** Applies new limits. Leases of a higher limit are returned whole. */
  void limit(BreakerLimits newLimits) {
    if (newLimits.equals(limits)) {
      return;
    }
    boolean lessRequests = lower(limits.requests(), newLimits.requests());
    boolean lessErrors = lower(limits.errors(), newLimits.errors());
    if (lessErrors && limits.errors() > 0) {
      lease.errorLimitLowered();
    }
    limits = newLimits;
    lease.abandon();
    giveBack(lessRequests ? 0 : Long.MAX_VALUE, lessErrors ? 0 : Long.MAX_VALUE);
    yieldedRequests = false;
    yieldedErrors = false;
    expect();
    consider();
  }

  private static boolean lower(long old, long now) {
    return now > 0 && (old == 0 || now < old);
  }

  BreakerLimits limits() {
    return limits;
  }

  /** Whether enough nodes are alive to lease anything. */
  boolean quorum() {
    Ledger ledger = lease.accepted();
    return ledger == null
        ? config.clusterSize() == 1
        : ledger.agreed(presence.live(), config.clusterSize());
  }

  /** Whether this node has all the leases that it can expect. */
  boolean ready() {
    return quorum() && lease.voting(Set.of()) && !writing && !lease.lacking(wish());
  }

  /** Draws, because a lease is nearly used up. */
  void wanted() {
    yieldedRequests = false;
    yieldedErrors = false;
    consider();
  }

  /** Votes on another node's ledger. Returns whether this node accepts it. */
  boolean offered(Ledger ledger) {
    boolean accepted = lease.accept(ledger);
    expect();
    if (breaker.wants()) {
      consider();
    }
    return accepted;
  }

  /**
   * Returns what is unused, and draws what is needed. Called {@link UsageRate#TICKS_PER_SECOND}
   * times a second.
   *
   * @param second whether a full second has passed
   */
  void tick(boolean second) {
    rate.tick();
    owing |= breaker.owing();
    if (second && config.spending()) {
      giveBack(
          Math.max(Lease.USUAL_SIZE, 2 * rate.requests()),
          Math.max(Lease.USUAL_SIZE, 2 * rate.errors()));
    }
    expect();
    breaker.satisfied(); // A request that is refused then asks for a lease again.
    consider();
  }

  /** Returns what is unused, because another node has to refuse requests. */
  void othersWant(boolean requests, boolean errors) {
    Ledger ledger = lease.accepted();
    if (ledger == null || !config.spending()) {
      return;
    }
    BreakerLimits remaining = ledger.remaining(limits);
    boolean yieldRequests = requests && limits.requests() > 0 && remaining.requests() == 0;
    boolean yieldErrors = errors && limits.errors() > 0 && remaining.errors() == 0;
    boolean idle = rate.idle();
    long keepRequests = idle ? 0 : breaker.unusedRequests() / 2;
    long keepErrors = idle ? 0 : breaker.unusedErrors() / 2;
    if (giveBack(
        yieldRequests ? keepRequests : Long.MAX_VALUE, yieldErrors ? keepErrors : Long.MAX_VALUE)) {
      yieldedRequests |= yieldRequests;
      yieldedErrors |= yieldErrors;
      consider();
    }
  }

  /** The beat for the other nodes. */
  BreakerBeat beat() {
    Ledger ledger = lease.accepted();
    BreakerLimits remaining = ledger == null ? limits : ledger.remaining(limits);
    boolean wants = breaker.wants();
    return new BreakerBeat(
        config.node(),
        Math.max(0, breaker.unusedRequests()),
        Math.max(0, breaker.unusedErrors()),
        wants
            && limits.requests() > 0
            && remaining.requests() == 0
            && breaker.unusedRequests() <= 0,
        wants && limits.errors() > 0 && remaining.errors() == 0 && breaker.unusedErrors() <= 0);
  }

  /** Returns all leases and gives up this node's vote. Succeeds even if that fails. */
  Future<Void> leave() {
    stopped = true;
    return writer
        .write(found -> lease.leave(found, presence.latestFirst()))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private boolean giveBack(long keepRequests, long keepErrors) {
    boolean returned = lease.returnUnused(keepRequests, keepErrors);
    owing |= returned;
    return returned;
  }

  private void expect() {
    lease.expect(limits, rate.requests(), rate.errors(), live());
    Ledger ledger = lease.accepted();
    if (ledger != null) {
      metrics.update(
          new BreakerMetrics.ClusterUsage(
              ledger.requests(),
              ledger.errors(),
              presence.sum(BreakerBeat::unusedRequests),
              presence.sum(BreakerBeat::unusedErrors),
              ledger.nodes().size(),
              quorum()));
    }
  }

  private int live() {
    return Math.max(1, presence.live().size());
  }

  private Set<String> silent() {
    Ledger ledger = lease.accepted();
    if (ledger == null) {
      return Set.of();
    }
    Set<String> known = new TreeSet<>(ledger.nodes());
    ledger.shares().forEach((node, share) -> known.add(node));
    known.remove(config.node());
    return presence.silent(known);
  }

  private Lease.Wish wish() {
    return new Lease.Wish(
        limits,
        config.spending() && limits.requests() > 0 && !yieldedRequests,
        config.spending() && limits.errors() > 0 && !yieldedErrors,
        rate.requests(),
        rate.errors(),
        live(),
        silent());
  }

  private boolean debtDue() {
    long sinceNanos = System.nanoTime() - debtToldNanos;
    boolean limited =
        limits.requests() > 0 && breaker.unusedRequests() < 0
            || limits.errors() > 0 && breaker.unusedErrors() < 0;
    return limited && sinceNanos > DEBT_NANOS
        || sinceNanos > UNLIMITED_DEBT_NANOS && lease.indebted(limits);
  }

  /** Writes to the ledger if there is a reason to. */
  private void consider() {
    if (stopped) {
      return;
    }
    if (writing) {
      considerAgain = true;
      return;
    }
    Lease.Wish wish = wish();
    boolean due = debtDue();
    if (!(quorum() || lease.founding())
        || !(owing || due || !lease.voting(wish.silent()) || lease.lacking(wish))) {
      return;
    }
    writing = true;
    considerAgain = false;
    owing = false;
    debtToldNanos = due ? System.nanoTime() : debtToldNanos;
    breaker.satisfied();
    writer
        .write(found -> lease.propose(found, wish()))
        .onComplete(
            wrote -> {
              writing = false;
              expect();
              if (wrote.succeeded()) {
                metrics.wrote(wrote.result());
              } else {
                metrics.failedToWrite();
              }
              if (wrote.succeeded() && wrote.result() == LedgerWriter.Result.AGREED) {
                if (considerAgain || !lease.voting(silent())) {
                  consider();
                }
              } else {
                owing = true;
                vertx.setTimer(RETRY_MS, timer -> consider());
              }
            });
  }
}
