package io.canarygateway.breaker;

import io.canarygateway.decision.BreakerLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One node's lease of the cluster's limits in one generation: what to write to the store, and what
 * a write means for the node's counts. Does no I/O. Confined to one thread, unlike the {@link
 * LeasedCounts}.
 *
 * <p>A node spends only what the store has as its grant. Before it returns anything it stops
 * spending it. So the grants of all nodes together are never less than what was used, and a write
 * adds to them only within the limits.
 */
final class Lease {

  /** A node that other nodes wait for writes at least this often while it holds anything. */
  private static final long ALIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);

  private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** The shortest time between two reports of use that no lease covers. */
  private static final long DEBT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** The same for a limit that is off. */
  private static final long UNLIMITED_DEBT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final String node;
  private final LeasedCounts counts;
  private final LongSupplier nanoClock;
  private final Observations observations;
  private final Cleanup cleanup;
  private final LeaseSize size;
  private final Outlook outlook;
  private LeaseRecord known = LeaseRecord.EMPTY;
  private long beat;

  /** The beat of the last write that is known to have happened; 0 before the first one. */
  private long landedBeat;

  private long wroteNanos;

  /**
   * A lease of nothing.
   *
   * @param node the node's id, never used before
   * @param nodes the number of nodes in the complete cluster, by which a lease is sized
   * @param counts spend the lease
   */
  Lease(String node, int nodes, LeasedCounts counts, LongSupplier nanoClock) {
    this.node = node;
    this.counts = counts;
    this.nanoClock = nanoClock;
    this.observations = new Observations(nanoClock);
    this.cleanup = new Cleanup(node, nodes, observations);
    this.size = new LeaseSize(nodes);
    this.outlook = new Outlook(node, size, observations);
    this.wroteNanos = nanoClock.getAsLong() - ALIVE_NANOS;
  }

  String node() {
    return node;
  }

  /** The newest record that this node knows. */
  LeaseRecord known() {
    return known;
  }

  /**
   * Takes a record that the store reported. It may be older than the newest one.
   *
   * @return whether the record can be the newest one; if not, the store has to be read
   */
  boolean observe(LeaseRecord record) {
    if (landedBeat > 0 && record.find(node).map(Grant::beat).orElse(0L) < landedBeat) {
      return false;
    }
    accept(record);
    return true;
  }

  /** Takes the outcome of a proposal that was written. */
  void landed(Proposal proposal) {
    landedBeat = proposal.mine().beat();
    counts.requests().lease(proposal.requests());
    counts.errors().lease(proposal.errors());
    counts.validUntil(
        proposal.mine().keepMs() == 0
            ? LeasedCounts.FOREVER
            : proposal.sentNanos()
                + TimeUnit.MILLISECONDS.toNanos(KeepTime.validMs(proposal.mine().keepMs())));
    wroteNanos = proposal.sentNanos();
  }

  /**
   * Takes a record that is certainly not older than this node's last write.
   *
   * @return whether the record still has this node's grant. If not, it was removed because this
   *     node was silent for too long, or an operator deleted the state; then nothing of the lease
   *     may be used any more
   */
  boolean accept(LeaseRecord record) {
    known = record;
    observations.see(record);
    return landedBeat == 0 || record.find(node).isPresent();
  }

  /**
   * Makes the next record if there is a reason to write one.
   *
   * @param base the record that the next one replaces
   */
  Optional<Proposal> propose(LeaseRecord base, Demand demand) {
    long now = nanoClock.getAsLong();
    counts.forget();
    LeaseRecord cleaned = cleanup.clean(base, demand.window());
    Grant old = cleaned.find(node).orElse(Grant.none(node));
    LeaseRecord others = cleaned.without(node);
    BreakerLimits limits = demand.limits();
    Draw requests =
        Draw.of(
            limits.requests() - others.requests(),
            counts.requests(),
            counts.requests().debt(),
            demand.drawRequests() && limits.requests() > 0,
            demand.requestRate(),
            size);
    Draw errors =
        Draw.of(
            limits.errors() - others.errors(),
            counts.errors(),
            errorsDebt(limits),
            demand.drawErrors() && limits.errors() > 0,
            demand.errorRate(),
            size);
    Grant mine =
        new Grant(
            node,
            requests.total(),
            Math.max(0, requests.total() - counts.requests().unused() - requests.more()),
            errors.total(),
            Math.max(
                0, errors.total() - counts.errors().unused() - errors.more() - counts.inFlight()),
            demand.refusesRequests() && requests.nothingLeft(),
            demand.refusesErrors() && errors.nothingLeft(),
            KeepTime.ofWindow(demand.window()),
            beat + 1);
    boolean limitedDebt =
        limits.requests() > 0 && requests.debt() > 0 || limits.errors() > 0 && errors.debt() > 0;
    boolean debtDue =
        requests.debt() + errors.debt() > 0
            && now - wroteNanos > (limitedDebt ? DEBT_NANOS : UNLIMITED_DEBT_NANOS);
    boolean drawn = requests.more() > 0 || errors.more() > 0;
    if (!drawn && !debtDue && !worthWriting(cleaned, old, mine, now)) {
      return Optional.empty();
    }
    beat++;
    return Optional.of(
        new Proposal(cleaned.with(mine), mine, requests.added(), errors.added(), now));
  }

  private boolean worthWriting(LeaseRecord record, Grant old, Grant mine, long now) {
    long since = now - wroteNanos;
    boolean returned = mine.requests() < old.requests() || mine.errors() < old.errors();
    boolean wantChanged =
        mine.wantsRequests() != old.wantsRequests() || mine.wantsErrors() != old.wantsErrors();
    boolean usedMore =
        mine.usedRequests() != old.usedRequests() || mine.usedErrors() != old.usedErrors();
    boolean othersWait =
        record.grants().stream().anyMatch(grant -> grant.wants() && !grant.node().equals(node));
    boolean scarce = counts.requests().view().exhausted() || counts.errors().view().exhausted();
    boolean renewal =
        landedBeat > 0
            && (mine.keepMs() != old.keepMs()
                || mine.keepMs() > 0
                    && since > TimeUnit.MILLISECONDS.toNanos(KeepTime.validMs(mine.keepMs()) / 4));
    return returned
        || wantChanged
        || usedMore && scarce && since > REPORT_NANOS
        || othersWait && mine.holds() && since > ALIVE_NANOS
        || renewal;
  }

  /** Whether this node has neither leased nor used anything. */
  boolean nothing() {
    return beat == 0 && counts.requests().debt() + counts.errors().debt() == 0;
  }

  /**
   * Makes the last record of this node: it returns everything unused. Nothing may be in use any
   * more.
   *
   * @return empty if the node's grant was removed, so that there is nothing to return
   */
  Optional<Proposal> leave(LeaseRecord base, Duration window) {
    boolean granted = base.find(node).isPresent();
    if (landedBeat > 0 && !granted) {
      return Optional.empty();
    }
    counts.requests().reclaim(0);
    counts.errors().reclaim(0);
    long requests = counts.requests().leased() + counts.requests().debt();
    long errors = counts.errors().leased() + counts.errors().debt();
    long keep = KeepTime.ofWindow(window);
    Grant mine = new Grant(node, requests, requests, errors, errors, false, false, keep, ++beat);
    // The sum does not show whether a grant was added to it. That the grant is gone does.
    LeaseRecord last = window.isZero() && granted ? base.fold(mine) : base.with(mine);
    return Optional.of(
        new Proposal(
            last, mine, counts.requests().debt(), counts.errors().debt(), nanoClock.getAsLong()));
  }

  /** Returns what is unused above an amount, with the next record. */
  void giveBack(long keepRequests, long keepErrors) {
    counts.requests().reclaim(keepRequests);
    counts.errors().reclaim(keepErrors);
  }

  /**
   * Tells the counts what is known of the limits.
   *
   * @param answering whether the store answers; if not, nothing is known to be exhausted
   */
  void inform(Demand demand, boolean answering) {
    outlook.inform(counts, known, demand, answering);
  }

  /** Without an error limit, requests in flight are no debt yet. */
  private long errorsDebt(BreakerLimits limits) {
    long pending = limits.errors() == 0 ? counts.inFlight() : 0;
    return Math.max(0, counts.errors().debt() - pending);
  }
}
