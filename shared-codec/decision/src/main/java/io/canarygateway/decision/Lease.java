package io.canarygateway.decision;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One node's lease of the cluster's limits, and the node's vote on the {@link Ledger}. Not safe for
 * use by several threads, unlike the {@link LeasedBreaker}.
 *
 * <p>A grant is used only after a majority of the voters has accepted a ledger that contains it. A
 * voter accepts only a ledger that contains everything that the voter accepted before. So all
 * grants in use are part of one line of ledgers, even while nodes are cut off from each other, and
 * no limit is exceeded. This depends neither on clocks nor on the ledger's storage.
 */
public final class Lease {

  /** The usual largest lease. A node that uses more than half of this in a second leases more. */
  public static final long USUAL_SIZE = 100;

  private final String node;
  private final LeasedBreaker breaker;
  private final int clusterSize;

  /** The amount that was granted and is in use. The breaker holds the unused part of it. */
  private long requests;

  private long errors;
  private long sequence;
  private @Nullable Ledger accepted;
  private @Nullable Proposal pending;

  /** The epoch of the newest voters that are known to be agreed on. */
  private long agreedEpoch = -1;

  private long agreedVoters = -1;
  private boolean leaving;

  /** The voter in place of this node after it has left, if this node was the last voter. */
  private Set<String> successor = Set.of();

  /**
   * Creates an empty lease.
   *
   * @param node the node's id, never used before
   * @param breaker spends the lease
   * @param clusterSize the least number of nodes in the cluster; with fewer than its majority
   *     nothing is leased
   */
  public Lease(String node, LeasedBreaker breaker, int clusterSize) {
    this.node = node;
    this.breaker = breaker;
    this.clusterSize = clusterSize;
  }

  /**
   * A ledger to be written, and the grant that it contains for this node.
   *
   * @param ledger the next ledger
   * @param requests added to the lease once the ledger is agreed on
   * @param errors added to the lease once the ledger is agreed on
   * @param errorsDebt errors that were used already, which the ledger adds too
   * @param accepting the voters that have accepted the ledger so far
   */
  public record Proposal(
      Ledger ledger, long requests, long errors, long errorsDebt, Set<String> accepting) {}

  /**
   * A node's demand.
   *
   * @param limits the limits in force on the node
   * @param drawRequests whether to fill up the request lease
   * @param drawErrors whether to fill up the error lease
   * @param usedRequests requests used in the last second
   * @param usedErrors errors reserved in the last second
   * @param live the number of nodes that share the remainder; at least 1
   * @param silent the voters that have not sent a heartbeat for long
   */
  public record Wish(
      BreakerLimits limits,
      boolean drawRequests,
      boolean drawErrors,
      long usedRequests,
      long usedErrors,
      int live,
      Set<String> silent) {}

  /** {@return the newest ledger that this node has accepted; null before the first} */
  public @Nullable Ledger accepted() {
    return accepted;
  }

  /**
   * Accepts a ledger unless it lacks something that this node has accepted.
   *
   * @param found the ledger
   */
  public void learn(Ledger found) {
    accepted = newest(found);
  }

  private Ledger newest(Ledger found) {
    Ledger known = accepted;
    return known == null || found.covers(known) ? found : known;
  }

  /**
   * Votes on a ledger that another node has written.
   *
   * @param offered the ledger
   * @return whether the write is now part of this node's accepted ledger
   */
  public boolean accept(Ledger offered) {
    if (leaving && !offered.writer().equals(node)) {
      return false;
    }
    Ledger newest = newest(offered);
    accepted = newest;
    return newest.follows(offered);
  }

  /** {@return whether there are too few voters to ask, and this node is not one of them} */
  public boolean founding() {
    return accepted == null
        || !accepted.voters().canAgree(clusterSize) && !accepted.voters().has(node);
  }

  /**
   * Checks whether this node votes and no voter is missing.
   *
   * @param silent the voters that have not sent a heartbeat for long
   * @return whether all voters are present, this node one of them
   */
  public boolean voting(Set<String> silent) {
    return accepted != null
        && accepted.voters().has(node)
        && accepted.voters().settled()
        && accepted.voters().current().stream().noneMatch(silent::contains);
  }

  /**
   * Proposes the next ledger: this node's share, more of the remainder, and the next step of a
   * change of voters. An earlier proposal is given up.
   *
   * @param found the ledger to be replaced; null if there is none
   * @param wish the node's demand
   * @return the proposal
   * @throws IllegalStateException if this node is leaving
   */
  public Proposal propose(@Nullable Ledger found, Wish wish) {
    if (leaving) {
      throw new IllegalStateException("leaving");
    }
    Ledger base = basis(found);
    Voters voters = nextVoters(base.voters(), base.epoch(), wish.silent());
    errors -= breaker.takeOwed();
    long requestsDebt = Math.max(0, -breaker.unusedRequests());
    long errorsDebt = errorsDebt(wish.limits());
    Ledger mine =
        base.write(
            node,
            new Share(requests + requestsDebt, errors + errorsDebt, ++sequence, 0),
            voters,
            wish.silent());
    BreakerLimits remaining =
        voters.canAgree(clusterSize) ? mine.remaining(wish.limits()) : BreakerLimits.OFF;
    long moreRequests =
        wish.drawRequests()
            ? fill(remaining.requests(), wish.live(), wish.usedRequests(), breaker.unusedRequests())
            : 0;
    long moreErrors =
        wish.drawErrors()
            ? fill(remaining.errors(), wish.live(), wish.usedErrors(), breaker.unusedErrors())
            : 0;
    Share share = mine.share(node);
    Ledger next =
        base.write(
            node,
            new Share(share.requests() + moreRequests, share.errors() + moreErrors, sequence, 0),
            voters,
            wish.silent());
    Proposal proposal =
        new Proposal(next, requestsDebt + moreRequests, moreErrors, errorsDebt, new TreeSet<>());
    pending = proposal;
    return proposal;
  }

  /**
   * Proposes the last ledger of this node: it returns everything unused and is no voter any more.
   * From now on this node accepts only its own ledgers.
   *
   * @param found the ledger to be replaced; null if there is none
   * @param heard the other nodes, the latest heartbeat first; one of them takes this node's place
   *     if it is the last voter
   * @return the proposal
   */
  public Proposal leave(@Nullable Ledger found, List<String> heard) {
    leaving = true;
    returnUnused(0, 0);
    errors -= breaker.takeOwed();
    Ledger base = basis(found);
    if (base.voters().hasLast(node)) {
      successor = successor(base, heard);
    }
    Share share =
        new Share(
            requests + Math.max(0, -breaker.unusedRequests()),
            errors + Math.max(0, -breaker.unusedErrors()),
            ++sequence,
            0);
    Proposal proposal =
        new Proposal(
            base.write(node, share, base.voters().left(node, successor, clusterSize), Set.of(node)),
            0,
            0,
            0,
            new TreeSet<>());
    pending = proposal;
    return proposal;
  }

  /**
   * Counts a vote for a proposal.
   *
   * @param proposal the proposal
   * @param voter the voter, which may be this node
   * @return whether the proposal is agreed on now; its grant is in use from then on
   */
  public boolean accepted(Proposal proposal, String voter) {
    if (proposal != pending) {
      return false;
    }
    proposal.accepting().add(voter);
    Voters voters = proposal.ledger().voters();
    if (!voters.canAgree(clusterSize) || !voters.agreed(proposal.accepting(), clusterSize)) {
      return false;
    }
    pending = null;
    agreedEpoch = proposal.ledger().epoch();
    agreedVoters = voters.number();
    requests += proposal.requests();
    errors += proposal.errors() + proposal.errorsDebt();
    breaker.requestBudget().add(proposal.requests());
    breaker.payErrorsDebt(proposal.errorsDebt());
    breaker.errorBudget().add(proposal.errors());
    return true;
  }

  /** Gives up the pending proposal. Its grant is never used, even if the ledger is agreed on. */
  public void abandon() {
    pending = null;
  }

  /**
   * Stops using the unused part of the lease. Other nodes can lease it once the next ledger is
   * written.
   *
   * @param keepRequests unused requests to keep
   * @param keepErrors unused errors to keep
   * @return whether there was anything to return
   */
  public boolean returnUnused(long keepRequests, long keepErrors) {
    long returnedRequests = breaker.requestBudget().reclaim(keepRequests);
    long returnedErrors = breaker.errorBudget().reclaim(keepErrors);
    requests -= returnedRequests;
    errors -= returnedErrors;
    return returnedRequests + returnedErrors > 0;
  }

  /** Handles a lowered error limit: requests in flight may exceed the new limit. */
  public void errorLimitLowered() {
    breaker.coverInFlight();
  }

  /**
   * Checks for uses that no ledger contains yet.
   *
   * @param limits the limits
   * @return whether there are any
   */
  public boolean indebted(BreakerLimits limits) {
    return breaker.unusedRequests() < 0 || errorsDebt(limits) > 0;
  }

  /**
   * Checks whether a proposal would bring anything.
   *
   * @param wish the node's demand
   * @return whether the node wants more and, as far as it knows, more remains
   */
  public boolean lacking(Wish wish) {
    BreakerLimits remaining = accepted == null ? wish.limits() : accepted.remaining(wish.limits());
    return wish.drawRequests()
            && fill(
                    remaining.requests(),
                    wish.live(),
                    wish.usedRequests(),
                    breaker.unusedRequests())
                > 0
        || wish.drawErrors()
            && fill(remaining.errors(), wish.live(), wish.usedErrors(), breaker.unusedErrors()) > 0;
  }

  /**
   * Sets when the breaker asks for more, by the remainder.
   *
   * @param limits the limits
   * @param usedRequests requests used in the last second
   * @param usedErrors errors reserved in the last second
   * @param live the number of nodes that share the remainder; at least 1
   */
  public void expect(BreakerLimits limits, long usedRequests, long usedErrors, int live) {
    BreakerLimits remaining = accepted == null ? limits : accepted.remaining(limits);
    breaker
        .requestBudget()
        .expect(size(remaining.requests(), live, usedRequests) / 2, remaining.requests() == 0);
    breaker
        .errorBudget()
        .expect(size(remaining.errors(), live, usedErrors) / 2, remaining.errors() == 0);
  }

  /**
   * The size of a lease: half of this node's part of the remainder, or the demand of two seconds if
   * that is less. At least 1 while anything remains.
   */
  static long size(long remaining, int live, long used) {
    long part = Math.min(remaining / (2L * live), Math.max(USUAL_SIZE, 2 * used));
    return remaining > 0 ? Math.max(1, part) : 0;
  }

  private static long fill(long remaining, int live, long used, long unused) {
    long size = size(remaining, live, used);
    return unused <= size / 2 ? size - Math.max(0, unused) : 0;
  }

  /** The same node in all ledgers of this node, unless that node has left too. */
  private Set<String> successor(Ledger base, List<String> heard) {
    return Stream.concat(successor.stream(), heard.stream())
        .filter(other -> !other.equals(node) && base.share(other).departed() == 0)
        .findFirst()
        .map(Set::of)
        .orElse(Set.of());
  }

  private Ledger basis(@Nullable Ledger found) {
    if (found == null) {
      return accepted == null ? Ledger.EMPTY : accepted;
    }
    return accepted == null ? found : found.mergeWith(accepted);
  }

  /** Without an error limit, requests in flight are no debt yet. */
  private long errorsDebt(BreakerLimits limits) {
    long pendingErrors = limits.errors() == 0 ? breaker.inFlight() : 0;
    return Math.max(0, -breaker.unusedErrors() - pendingErrors);
  }

  private Voters nextVoters(Voters voters, long epoch, Set<String> silent) {
    if (!voters.canAgree(clusterSize)) {
      return voters.has(node) ? voters : voters.with(node, clusterSize);
    }
    if (epoch != agreedEpoch || voters.number() != agreedVoters) {
      return voters; // The votes on this ledger show whether the voters are agreed on.
    }
    if (!voters.settled()) {
      return voters.settle();
    }
    if (!voters.has(node)) {
      return voters.with(node, clusterSize);
    }
    Set<String> lost = new TreeSet<>(voters.current());
    lost.retainAll(silent);
    int rest = voters.current().size() - lost.size();
    return !lost.isEmpty() && rest >= Voters.majority(Set.of(), clusterSize)
        ? voters.without(lost)
        : voters;
  }
}
