package io.canarygateway.decision;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One node's side of the {@link Ledger}: what it holds of the limits, what it writes, and what it
 * agrees to as one of the voters. Not safe for use by many threads; only the {@link LeasedBreaker}
 * is.
 *
 * <p>A grant is used only once a majority of the voters has accepted a ledger that it is part of. A
 * voter accepts only what covers all that it accepted before. So whoever writes, and however many
 * ledgers there are while nodes are cut off from each other, there is one line of ledgers that all
 * grants in use are part of, and no limit is exceeded. Neither clocks nor the place where the
 * ledger is kept have to be trusted for that.
 */
public final class Lease {

  /** A lease need not be larger than this, nor than what is used in two seconds. */
  public static final long AMPLE = 100;

  private final String node;
  private final LeasedBreaker breaker;
  private final int clusterSize;

  /** What was granted and is in use; what is unused of it is in the breaker. */
  private long requests;

  private long errors;
  private long sequence;
  private Ledger accepted;
  private Proposal pending;

  /** The newest voters that are known to be agreed on. */
  private long agreedEpoch = -1;

  private long agreedVoters = -1;
  private boolean leaving;

  /** Who has a say in place of this node once it has left, if it was the last to have one. */
  private Set<String> heir = Set.of();

  /**
   * A node's lease, nothing at first.
   *
   * @param node its id, never used before
   * @param breaker what spends the lease
   * @param clusterSize how many nodes the cluster has at least; with fewer than its majority
   *     nothing is leased
   */
  public Lease(String node, LeasedBreaker breaker, int clusterSize) {
    this.node = node;
    this.breaker = breaker;
    this.clusterSize = clusterSize;
  }

  /**
   * A ledger to be written, and how much more it lets this node use.
   *
   * @param ledger the next ledger
   * @param requests added to the lease once it is agreed on
   * @param errors likewise
   * @param errorsDebt errors that were used already, which it adds too
   * @param accepting who has accepted it so far
   */
  public record Proposal(
      Ledger ledger, long requests, long errors, long errorsDebt, Set<String> accepting) {}

  /**
   * What a node would like.
   *
   * @param limits the limits that hold for it
   * @param drawRequests whether the request lease is to be filled up
   * @param drawErrors whether the error lease is to be filled up
   * @param usedRequests requests used in the last second
   * @param usedErrors errors reserved in the last second
   * @param live how many nodes share what remains; at least 1
   * @param silent voters who have not been heard of for long
   */
  public record Wish(
      BreakerLimits limits,
      boolean drawRequests,
      boolean drawErrors,
      long usedRequests,
      long usedErrors,
      int live,
      Set<String> silent) {}

  /** The newest ledger that this node has accepted; null before the first. */
  public Ledger accepted() {
    return accepted;
  }

  /** Accepts a ledger unless one was accepted that it does not cover. */
  public void learn(Ledger found) {
    if (accepted == null || found.covers(accepted)) {
      accepted = found;
    }
  }

  /**
   * Accepts a ledger for its writer, as a voter.
   *
   * @return whether the write is part of what this node has accepted
   */
  public boolean accept(Ledger offered) {
    if (leaving && !offered.writer().equals(node)) {
      return false;
    }
    learn(offered);
    return accepted.follows(offered);
  }

  /**
   * Whether there is nobody to be asked yet: no ledger, or too few who have a say in it, this node
   * not among them.
   */
  public boolean founding() {
    return accepted == null
        || !accepted.voters().canAgree(clusterSize) && !accepted.voters().has(node);
  }

  /** Whether all voters that there should be are there, this node one of them. */
  public boolean voting(Set<String> silent) {
    return accepted != null
        && accepted.voters().has(node)
        && accepted.voters().settled()
        && accepted.voters().current().stream().noneMatch(silent::contains);
  }

  /**
   * What is to be written next, by this node: its share as it is, more of what remains, and the
   * next step of the voters. Whatever was proposed before is given up.
   *
   * @param found the ledger to be replaced; null if there is none
   * @throws IllegalStateException if this node is leaving
   */
  public Proposal propose(Ledger found, Wish wish) {
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
    pending =
        new Proposal(next, requestsDebt + moreRequests, moreErrors, errorsDebt, new TreeSet<>());
    return pending;
  }

  /**
   * The last write: everything unused goes back and the node is no voter any more. It accepts
   * nothing of others from now on.
   *
   * @param found the ledger to be replaced; null if there is none
   * @param heard the other nodes, the one heard of last first: if this node is the last voter, one
   *     of them takes its place
   */
  public Proposal leave(Ledger found, List<String> heard) {
    leaving = true;
    returnUnused(0, 0);
    errors -= breaker.takeOwed();
    Ledger base = basis(found);
    if (base.voters().hasLast(node)) {
      heir = heir(base, heard);
    }
    Share share =
        new Share(
            requests + Math.max(0, -breaker.unusedRequests()),
            errors + Math.max(0, -breaker.unusedErrors()),
            ++sequence,
            0);
    pending =
        new Proposal(
            base.write(node, share, base.voters().left(node, heir, clusterSize), Set.of(node)),
            0,
            0,
            0,
            new TreeSet<>());
    return pending;
  }

  /**
   * A voter, or this node itself, has accepted what was proposed.
   *
   * @return whether it is agreed on now; the grant is in use from then on
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

  /** What was proposed is never used, whatever becomes of it. */
  public void abandon() {
    pending = null;
  }

  /**
   * Lets go of what is unused beyond what may be kept; others can have it once it is written.
   *
   * @return whether there was any
   */
  public boolean returnUnused(long keepRequests, long keepErrors) {
    long returnedRequests = breaker.requestBudget().reclaim(keepRequests);
    long returnedErrors = breaker.errorBudget().reclaim(keepErrors);
    requests -= returnedRequests;
    errors -= returnedErrors;
    return returnedRequests + returnedErrors > 0;
  }

  /** The limit of errors was lowered: what is in flight may be beyond it. */
  public void errorLimitLowered() {
    breaker.coverInFlight();
  }

  /** Whether more was used than the ledger knows of. */
  public boolean indebted(BreakerLimits limits) {
    return breaker.unusedRequests() < 0 || errorsDebt(limits) > 0;
  }

  /** Whether there is more to be had, as far as this node knows, and it would like to have it. */
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

  /** Tells the breaker when to ask for more, by what remains. */
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
   * How large a lease is: a half of this node's part of what remains, or all that it needs in two
   * seconds; at least 1 while anything remains.
   */
  static long size(long remaining, int live, long used) {
    long part = Math.min(remaining / (2L * live), Math.max(AMPLE, 2 * used));
    return remaining > 0 ? Math.max(1, part) : 0;
  }

  private static long fill(long remaining, int live, long used, long unused) {
    long size = size(remaining, live, used);
    return unused <= size / 2 ? size - Math.max(0, unused) : 0;
  }

  /** The same as ever, unless that has left too. */
  private Set<String> heir(Ledger base, List<String> heard) {
    return Stream.concat(heir.stream(), heard.stream())
        .filter(other -> !other.equals(node) && base.share(other).departed() == 0)
        .findFirst()
        .map(Set::of)
        .orElse(Set.of());
  }

  private Ledger basis(Ledger found) {
    if (found == null) {
      return accepted == null ? Ledger.EMPTY : accepted;
    }
    return accepted == null ? found : found.mergeWith(accepted);
  }

  /** While errors have no limit, what is in flight is none yet. */
  private long errorsDebt(BreakerLimits limits) {
    long pendingErrors = limits.errors() == 0 ? breaker.inFlight() : 0;
    return Math.max(0, -breaker.unusedErrors() - pendingErrors);
  }

  private Voters nextVoters(Voters voters, long epoch, Set<String> silent) {
    if (!voters.canAgree(clusterSize)) {
      return voters.has(node) ? voters : voters.with(node, clusterSize);
    }
    if (epoch != agreedEpoch || voters.number() != agreedVoters) {
      return voters; // This write finds out whether they are agreed on.
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
