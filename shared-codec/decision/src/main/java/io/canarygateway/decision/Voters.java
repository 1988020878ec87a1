package io.canarygateway.decision;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The nodes that have to accept a {@link Ledger}: a majority of each set.
 *
 * <p>Usually there is one set. During a change there are two, the new one first, until the change
 * itself was agreed on. So any two majorities share a node, whichever nodes come, go or are cut off
 * meanwhile. This is Raft's joint consensus.
 *
 * @param number grows by one with each change
 * @param sets the sets of node ids, at least one
 */
record Voters(long number, List<Set<String>> sets) {

  static final Voters NONE = new Voters(0, List.of(Set.of()));

  Voters {
    sets =
        sets.stream()
            .map(set -> Collections.unmodifiableSet(new TreeSet<>(set)))
            .distinct()
            .toList();
  }

  Set<String> current() {
    return sets.get(0);
  }

  Set<String> all() {
    Set<String> all = new TreeSet<>();
    sets.forEach(all::addAll);
    return all;
  }

  boolean has(String node) {
    return current().contains(node);
  }

  /** Whether a node is the only one in any of the sets. */
  boolean hasLast(String node) {
    return sets.contains(Set.of(node));
  }

  /** Whether no change is in progress. */
  boolean settled() {
    return sets.size() == 1;
  }

  /**
   * Whether the agreeing nodes are a majority of each set.
   *
   * @param clusterSize the least number of nodes in the cluster; fewer than its majority never
   *     agree
   */
  boolean agreed(Set<String> agreeing, int clusterSize) {
    return sets.stream()
        .allMatch(
            set -> set.stream().filter(agreeing::contains).count() >= majority(set, clusterSize));
  }

  /** Whether the sets are large enough to agree on anything. */
  boolean canAgree(int clusterSize) {
    return sets.stream().allMatch(set -> canAgree(set, clusterSize));
  }

  /**
   * Adds a node. Sets that are too small to agree on anything have no majority to ask, and are
   * dropped.
   */
  Voters with(String node, int clusterSize) {
    List<Set<String>> next = new ArrayList<>(sets);
    next.removeIf(set -> !canAgree(set, clusterSize));
    Set<String> more = new TreeSet<>(current());
    more.add(node);
    next.add(0, more);
    return change(next);
  }

  /** Removes silent nodes, which may still be running. */
  Voters without(Set<String> silent) {
    Set<String> rest = new TreeSet<>(current());
    rest.removeAll(silent);
    return change(List.of(rest, current()));
  }

  /**
   * Removes a node that leaves by itself. The node never votes again, so majorities before and
   * after the change share another node. An old set that cannot agree without the node need not be
   * asked.
   *
   * <p>An empty voter set would accept any ledger, so a successor takes the place of the last
   * voter.
   *
   * @param successor the same in all ledgers that the leaving node writes from now on, unless that
   *     node has left too; empty if there is none
   */
  Voters left(String node, Set<String> successor, int clusterSize) {
    List<Set<String>> next = new ArrayList<>();
    for (Set<String> set : sets) {
      Set<String> rest = new TreeSet<>(set);
      if (rest.remove(node) && rest.isEmpty()) {
        rest.addAll(successor);
      }
      if (next.isEmpty() || canAgree(rest, clusterSize)) {
        next.add(rest);
      }
    }
    return change(next);
  }

  /** Finishes a change that was agreed on. */
  Voters settle() {
    return change(List.of(current()));
  }

  Voters mergeWith(Voters other) {
    Set<String> union = new TreeSet<>(current());
    union.addAll(other.current());
    List<Set<String>> merged = new ArrayList<>(List.of(union));
    merged.addAll(sets);
    merged.addAll(other.sets);
    return new Voters(Math.max(number, other.number) + 1, merged);
  }

  private Voters change(List<Set<String>> next) {
    return new Voters(number + 1, next);
  }

  private static boolean canAgree(Set<String> set, int clusterSize) {
    return set.size() >= majority(set, clusterSize);
  }

  static int majority(Set<String> set, int clusterSize) {
    return Math.max(set.size(), clusterSize) / 2 + 1;
  }
}
