package io.canarygateway.flagwatcher;

import io.canarygateway.config.CheckedValues;
import io.canarygateway.config.ConfigException;
import io.canarygateway.config.GatewayConfig.Conflict;
import io.canarygateway.config.Settings;
import io.canarygateway.flags.Problem;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the changes of a batch that cannot be made. */
final class Culprits {

  private Culprits() {}

  /**
   * The changes that take part in conflicts, of several for one flag the topmost, and those of
   * routes that do not exist. If changes that were held back are among them, these are all: a value
   * that is held back never keeps a new one from being set.
   *
   * @param candidate the values that the changes make
   * @param changes the changes
   * @param heldBack those of them that were held back before
   * @return the changes and why they cannot be made; empty if all can
   * @throws ConfigException if there are conflicts in which no change takes part
   */
  static Map<Change, Problem> of(
      CheckedValues candidate, List<Change> changes, Set<Change> heldBack) throws ConfigException {
    Map<Change, Problem> culprits = new LinkedHashMap<>();
    List<Conflict> conflicts = candidate.conflicts();
    if (!conflicts.isEmpty()) {
      addConflicting(conflicts, changes, culprits);
    }
    addWithoutRoute(candidate.values().texts(), changes, culprits);
    if (culprits.isEmpty() && !conflicts.isEmpty()) {
      throw new ConfigException(conflicts.stream().map(Conflict::problem).toList());
    }
    if (!Collections.disjoint(heldBack, culprits.keySet())) {
      culprits.keySet().retainAll(heldBack);
    }
    return culprits;
  }

  private static void addConflicting(
      List<Conflict> conflicts, List<Change> changes, Map<Change, Problem> culprits) {
    Map<String, Change> topmost = new HashMap<>();
    for (Change change : changes) {
      if (change.layer() != Layer.CONF) {
        topmost.merge(change.flag(), change, (a, b) -> a.layer().compareTo(b.layer()) > 0 ? a : b);
      }
    }
    for (Conflict conflict : conflicts) {
      for (String key : conflict.keys()) {
        Change change = topmost.get(key);
        if (change != null) {
          culprits.put(change, conflict.problem());
        }
      }
    }
  }

  private static void addWithoutRoute(
      Map<String, String> inForce, List<Change> changes, Map<Change, Problem> culprits) {
    for (Change change : changes) {
      if (change.layer().isOfOperators() && change.text().isPresent()) {
        Settings.routeOf(change.flag())
            .map(Settings::matchOf)
            .filter(match -> !inForce.containsKey(match))
            .ifPresent(
                match ->
                    culprits.put(
                        change,
                        new Problem(
                            change.flag(),
                            "no route of this name",
                            match + " before it or with it")));
      }
    }
  }
}
