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
 * Decides when this node draws, and when it returns. What is drawn counts only once it is agreed
 * on, see {@link Lease}; so all that can go wrong here is that a lease comes late. On one context.
 */
final class LeaseKeeper {

  private static final long RETRY_MS = 50;

  /** Debts are told at most this often. */
  private static final long DEBT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** While a limit is off, what is used of it is told this often. */
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
  private boolean again;
  private boolean stopped;

  /** Whether something was returned that the ledger does not say yet. */
  private boolean owing;

  /** Whether others got what this node did not use, so that it draws only if it is asked to. */
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

  /** Other limits hold. What was leased under a higher one goes back whole. */
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

  /** Whether enough nodes are there to lease anything. */
  boolean quorum() {
    Ledger ledger = lease.accepted();
    return ledger == null
        ? config.clusterSize() == 1
        : ledger.agreed(presence.live(), config.clusterSize());
  }

  /** Whether this node can serve canary as well as it ever will. */
  boolean ready() {
    return quorum() && lease.voting(Set.of()) && !writing && !lease.lacking(wish());
  }

  /** A lease runs low. */
  void wanted() {
    yieldedRequests = false;
    yieldedErrors = false;
    consider();
  }

  /** A ledger of another node. */
  boolean offered(Ledger ledger) {
    boolean accepted = lease.accept(ledger);
    expect();
    if (breaker.wants()) {
      consider();
    }
    return accepted;
  }

  /** Called by the clock, {@link UsageRate#TICKS} times a second. */
  void tick(boolean second) {
    rate.tick();
    owing |= breaker.owing();
    if (second && config.spending()) {
      giveBack(
          Math.max(Lease.USUAL_SIZE, 2 * rate.requests()),
          Math.max(Lease.USUAL_SIZE, 2 * rate.errors()));
    }
    expect();
    breaker.satisfied(); // So that whoever is refused says so again.
    consider();
  }

  /** Another node has to refuse requests: what is not needed here goes back. */
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

  /** What the others are told. */
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

  /** Returns all and leaves, at the end; succeeds whether that worked or not. */
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
      metrics.now(
          new BreakerMetrics.Moment(
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

  /** Writes if there is reason to. */
  private void consider() {
    if (stopped) {
      return;
    }
    if (writing) {
      again = true;
      return;
    }
    Lease.Wish wish = wish();
    boolean due = debtDue();
    if (!(quorum() || lease.founding())
        || !(owing || due || !lease.voting(wish.silent()) || lease.lacking(wish))) {
      return;
    }
    writing = true;
    again = false;
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
                if (again || !lease.voting(silent())) {
                  consider();
                }
              } else {
                owing = true;
                vertx.setTimer(RETRY_MS, timer -> consider());
              }
            });
  }
}
