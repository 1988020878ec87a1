package io.canarygateway.decision;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whose word makes a {@link Ledger} count: a majority of each set. There is one set; while it
 * changes there are the new one, first, and the old one, until the change itself was agreed on. So
 * two majorities always have somebody in common, whoever comes, goes or is cut off meanwhile
 * (Raft's joint consensus).
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

  /** Whether a node is the last of any of the sets. */
  boolean hasLast(String node) {
    return sets.contains(Set.of(node));
  }

  /** Whether no change is under way. */
  boolean settled() {
    return sets.size() == 1;
  }

  /**
   * Whether those who agree are enough.
   *
   * @param clusterSize how many nodes there are at least: fewer than its majority never agree
   */
  boolean agreed(Set<String> agreeing, int clusterSize) {
    return sets.stream()
        .allMatch(
            set -> set.stream().filter(agreeing::contains).count() >= majority(set, clusterSize));
  }

  /** Whether they could ever agree on anything. */
  boolean canAgree(int clusterSize) {
    return sets.stream().allMatch(set -> canAgree(set, clusterSize));
  }

  /** With one more. A set that cannot agree on anything has no majority to be asked. */
  Voters with(String node, int clusterSize) {
    List<Set<String>> next = new ArrayList<>(sets);
    next.removeIf(set -> !canAgree(set, clusterSize));
    Set<String> more = new TreeSet<>(current());
    more.add(node);
    next.add(0, more);
    return change(next);
  }

  /** Without some who are silent, who may still be there. */
  Voters without(Set<String> silent) {
    Set<String> rest = new TreeSet<>(current());
    rest.removeAll(silent);
    return change(List.of(rest, current()));
  }

  /**
   * Without one that goes by itself. It never agrees to anything again, so the majorities of before
   * and after have somebody in common anyway; and an old set that cannot agree on anything without
   * it need not be asked. Where it was the last one its heir takes its place: the word of nobody
   * would be anybody's.
   *
   * @param heir the same in all that this node writes from now on, unless it has left too; empty if
   *     there is nobody
   */
  Voters left(String node, Set<String> heir, int clusterSize) {
    List<Set<String>> next = new ArrayList<>();
    for (Set<String> set : sets) {
      Set<String> rest = new TreeSet<>(set);
      if (rest.remove(node) && rest.isEmpty()) {
        rest.addAll(heir);
      }
      if (next.isEmpty() || canAgree(rest, clusterSize)) {
        next.add(rest);
      }
    }
    return change(next);
  }

  /** The change was agreed on. */
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
