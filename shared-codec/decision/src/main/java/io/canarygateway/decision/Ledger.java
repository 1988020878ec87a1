package io.canarygateway.decision;

import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One immutable state of the leases of a cluster.
 *
 * <p>Each state but the first is written by one node upon another state. So a later state contains
 * each node's write with the same or a higher sequence number. Two nodes that are cut off from each
 * other may write upon the same state; {@link #mergeWith} makes one state of the two.
 *
 * @param epoch the number of merges of diverged states before this one
 * @param version the number of writes before this one, along the longest line
 * @param writer the node that wrote this state
 * @param voters the nodes that have to accept this state
 * @param shares by node id, with those of nodes that left lately
 * @param left the sum of the shares of nodes that left longer ago
 */
public record Ledger(
    long epoch,
    long version,
    String writer,
    Voters voters,
    SortedMap<String, Share> shares,
    Left left) {

  /**
   * The shares of nodes that left are kept one by one up to this number; older ones are added up.
   */
  static final int MAX_DEPARTED = 64;

  /** The state before the first write. */
  public static final Ledger EMPTY =
      new Ledger(0, 0, "", Voters.NONE, new TreeMap<>(), new Left(0, 0, 0));

  /**
   * The sum of the shares of nodes that left.
   *
   * @param places the place of the last node in the sum; see {@link Share#departed}
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

  /**
   * Copies the shares.
   *
   * @param epoch the number of merges of diverged states before this one
   * @param version the number of writes before this one, along the longest line
   * @param writer the node that wrote this state
   * @param voters the nodes that have to accept this state
   * @param shares by node id, with those of nodes that left lately
   * @param left the sum of the shares of nodes that left longer ago
   */
  public Ledger {
    shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
  }

  /** {@return requests leased or used by all nodes together} */
  public long requests() {
    return left.requests() + shares.values().stream().mapToLong(Share::requests).sum();
  }

  /** {@return errors leased, reserved or seen by all nodes together} */
  public long errors() {
    return left.errors() + shares.values().stream().mapToLong(Share::errors).sum();
  }

  /**
   * Computes the remainder of each limit.
   *
   * @param limits the limits
   * @return the amounts left to lease; 0 for a limit that is off
   */
  public BreakerLimits remaining(BreakerLimits limits) {
    return new BreakerLimits(
        Math.max(0, limits.requests() - requests()), Math.max(0, limits.errors() - errors()));
  }

  /**
   * Finds the share of a node.
   *
   * @param node the node's id
   * @return the share; zeros if the node has not written
   */
  public Share share(String node) {
    return shares.getOrDefault(node, Share.NONE);
  }

  /** {@return the voters, with those before a change that is not finished} */
  public Set<String> nodes() {
    return voters.all();
  }

  /**
   * Checks for a quorum.
   *
   * @param nodes the nodes that are present
   * @param clusterSize the least number of nodes in the cluster
   * @return whether these nodes are enough to lease anything
   */
  public boolean agreed(Set<String> nodes, int clusterSize) {
    return voters.canAgree(clusterSize) && voters.agreed(nodes, clusterSize);
  }

  /**
   * Creates the next state.
   *
   * @param silent missing nodes; those that do not vote are taken for gone
   */
  Ledger write(String node, Share share, Voters nextVoters, Set<String> silent) {
    TreeMap<String, Share> next = new TreeMap<>(shares);
    next.put(node, share);
    Set<String> gone = new TreeSet<>(silent);
    gone.removeIf(one -> !next.containsKey(one) || share(one, next).departed() > 0);
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

  /** Adds up the oldest shares of nodes that left, which no node writes again. */
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

  private static Share share(String node, Map<String, Share> shares) {
    return shares.getOrDefault(node, Share.NONE);
  }

  private long lastPlace() {
    return shares.values().stream().mapToLong(Share::departed).max().orElse(0);
  }

  /**
   * Checks whether this state contains a write, without a merge in between.
   *
   * @param written the state right after the write
   * @return whether this state contains it
   */
  public boolean follows(Ledger written) {
    return epoch == written.epoch
        && share(written.writer).sequence() == written.share(written.writer).sequence();
  }

  /** Whether this state contains everything that another state contains. */
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
   * Merges two states. If one contains the other, the result is that one. Otherwise it has each
   * node's last write and the voters of both. A node that wrote in only one of the two holds at
   * most what is there, so no limit is exceeded that neither state exceeded.
   *
   * @param other the other state
   * @return the merged state
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
