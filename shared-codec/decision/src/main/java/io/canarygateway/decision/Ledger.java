package io.canarygateway.decision;

import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who has leased how much of a cluster's limits: one immutable state of it. Each state but the
 * first is written by one node upon another, so that a node which has written a sequence number is
 * found in every later state with it, or a higher one. Two nodes that are cut off from each other
 * may write upon the same one; {@link #mergeWith} makes one of two such.
 *
 * @param epoch how many merges of states that do not follow from each other went before
 * @param version how many writes went before, along the longest line
 * @param writer the node that wrote it
 * @param voters whose word makes it count
 * @param shares by node id, those that left lately included
 * @param left what those may have used that left longer ago
 */
public record Ledger(
    long epoch,
    long version,
    String writer,
    Voters voters,
    SortedMap<String, Share> shares,
    Left left) {

  /** More shares than these of nodes that left are added up. */
  static final int MAX_DEPARTED = 64;

  /** The state before the first write. */
  public static final Ledger EMPTY =
      new Ledger(0, 0, "", Voters.NONE, new TreeMap<>(), new Left(0, 0, 0));

  /**
   * The shares that were added up.
   *
   * @param places those who left at places up to this one
   */
  record Left(long requests, long errors, long places) {

    private Left plus(Share share) {
      return new Left(requests + share.requests(), errors + share.errors(), share.departed());
    }

    private Left max(Left other) {
      return new Left(
          Math.max(requests, other.requests),
          Math.max(errors, other.errors),
          Math.max(places, other.places));
    }
  }

  public Ledger {
    shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
  }

  /** Requests leased or used by all nodes together. */
  public long requests() {
    return left.requests() + shares.values().stream().mapToLong(Share::requests).sum();
  }

  /** Errors leased, reserved or seen by all nodes together. */
  public long errors() {
    return left.errors() + shares.values().stream().mapToLong(Share::errors).sum();
  }

  /** What is left to be leased of each limit; 0 where a limit is off. */
  public BreakerLimits remaining(BreakerLimits limits) {
    return new BreakerLimits(
        Math.max(0, limits.requests() - requests()), Math.max(0, limits.errors() - errors()));
  }

  /** What a node may use; zeros if it is not known. */
  public Share share(String node) {
    return shares.getOrDefault(node, Share.NONE);
  }

  /** The nodes that have a say, and those that had one until a change that is under way. */
  public Set<String> nodes() {
    return voters.all();
  }

  /** Whether the nodes that are there are enough to lease anything. */
  public boolean agreed(Set<String> nodes, int clusterSize) {
    return voters.canAgree(clusterSize) && voters.agreed(nodes, clusterSize);
  }

  /**
   * The next state: a node's new share, and who has a say from now on.
   *
   * @param silent nodes that are not there: those of them that have no say will not write again
   */
  Ledger write(String node, Share share, Voters nextVoters, Set<String> silent) {
    TreeMap<String, Share> next = new TreeMap<>(shares);
    next.put(node, share);
    Set<String> gone = new TreeSet<>(silent);
    gone.removeIf(one -> !next.containsKey(one) || next.get(one).departed() > 0);
    gone.addAll(voters.all());
    gone.removeAll(nextVoters.all());
    return new Ledger(epoch, version + 1, node, nextVoters, next, left).depart(gone);
  }

  private Ledger depart(Set<String> gone) {
    if (gone.isEmpty()) {
      return this;
    }
    TreeMap<String, Share> next = new TreeMap<>(shares);
    long place = Math.max(left.places(), lastPlace());
    for (String node : gone) {
      place++;
      next.put(node, share(node).departing(place));
    }
    return new Ledger(epoch, version, writer, voters, next, left).addUp();
  }

  /** Adds up the shares that nobody will write again, those that left first. */
  private Ledger addUp() {
    long departed = shares.values().stream().filter(share -> share.departed() > 0).count();
    if (departed <= MAX_DEPARTED) {
      return this;
    }
    Map.Entry<String, Share> first =
        shares.entrySet().stream()
            .filter(entry -> entry.getValue().departed() > 0)
            .min(Comparator.comparingLong(entry -> entry.getValue().departed()))
            .orElseThrow();
    TreeMap<String, Share> next = new TreeMap<>(shares);
    next.remove(first.getKey());
    return new Ledger(epoch, version, writer, voters, next, left.plus(first.getValue())).addUp();
  }

  private long lastPlace() {
    return shares.values().stream().mapToLong(Share::departed).max().orElse(0);
  }

  /** Whether a write of a node is part of this state, no merge in between. */
  public boolean follows(Ledger written) {
    return epoch == written.epoch
        && share(written.writer).sequence() == written.share(written.writer).sequence();
  }

  /** Whether this state holds all that another one holds. */
  boolean covers(Ledger other) {
    return epoch >= other.epoch
        && voters.number() >= other.voters.number()
        && left.places() >= other.left.places()
        && other.shares.entrySet().stream()
            .allMatch(entry -> covers(entry.getKey(), entry.getValue()));
  }

  private boolean covers(String node, Share theirs) {
    Share ours = shares.get(node);
    return ours == null ? addedUp(theirs) : ours.sequence() >= theirs.sequence();
  }

  private boolean addedUp(Share share) {
    return share.departed() > 0 && share.departed() <= left.places();
  }

  /**
   * One state of two: the one that holds all that the other holds, or else, of each node, what it
   * wrote last, and the voters of both. Whoever wrote in only one of them holds at most what is
   * there, so that what is leased from the merged state never exceeds a limit that neither
   * exceeded.
   */
  public Ledger mergeWith(Ledger other) {
    if (covers(other)) {
      return this;
    }
    if (other.covers(this)) {
      return other;
    }
    Left added = left.max(other.left);
    TreeMap<String, Share> merged = new TreeMap<>(shares);
    other.shares.forEach((node, share) -> merged.merge(node, share, Ledger::last));
    merged.values().removeIf(share -> share.departed() > 0 && share.departed() <= added.places());
    return new Ledger(
        Math.max(epoch, other.epoch) + 1,
        Math.max(version, other.version) + 1,
        writer.compareTo(other.writer) < 0 ? writer : other.writer,
        voters.mergeWith(other.voters),
        merged,
        added);
  }

  private static Share last(Share one, Share other) {
    if (one.sequence() != other.sequence()) {
      return one.sequence() > other.sequence() ? one : other;
    }
    return one.departed() <= other.departed() ? one : other;
  }
}
