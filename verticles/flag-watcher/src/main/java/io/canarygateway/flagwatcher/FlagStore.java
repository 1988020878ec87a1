package io.canarygateway.flagwatcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.Settings;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.Problem;
import io.canarygateway.flagwatcher.Candidates.Candidate;
import io.canarygateway.flagwatcher.Layers.Entry;
import io.canarygateway.message.ReleaseWeights;
import io.canarygateway.snapshot.ConfigSnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The values of all layers, and the snapshot that they make together. A batch of changes makes one
 * snapshot. Changes that conflict with other settings are refused, and may be held back until they
 * fit. On one context.
 */
final class FlagStore {

  /**
   * The last change of a flag's value in force.
   *
   * @param previous the text before; empty if the flag had its default
   * @param revision the revision of the snapshot with the new value
   */
  record LastChange(Optional<String> previous, long revision) {}

  /**
   * The result of a batch.
   *
   * @param applied the changes that were made, held-back changes that fit now among them
   * @param refused the changes that were left out, and why
   * @param changed the flags whose value in force is new; empty if there is no new snapshot
   */
  record Outcome(List<Change> applied, Map<Change, Problem> refused, Set<String> changed) {}

  private final FlagRegistry registry;
  private final LongSupplier clock;
  private final Layers layers = new Layers();
  private final Candidates candidates;
  private final Map<String, LastChange> history = new TreeMap<>();

  /** The newest snapshot; null until {@link #start}. */
  private @Nullable ConfigSnapshot current;

  /**
   * Changes that are valid by themselves, but conflict with other settings. Every batch tries them
   * again, so that the values in force do not depend on the order of the changes.
   */
  private Map<Slot, Change> held = Map.of();

  /** A flag in a layer. */
  private record Slot(Layer layer, String flag) {
    static Slot of(Change change) {
      return new Slot(change.layer(), change.flag());
    }
  }

  /**
   * Creates an empty store.
   *
   * @param clock the time in ms since 1970
   */
  FlagStore(FlagRegistry registry, LongSupplier clock) {
    this.registry = registry;
    this.clock = clock;
    this.candidates =
        new Candidates(layers, new ReleaseShares(ReleaseShares.canary(registry.byName())));
  }

  /** The values that changes would make if all of them were made. */
  FlagValues preview(List<Change> changes) {
    return layers.inForceAfter(changes);
  }

  /** Sets the source that has values for each route; before {@link #start}. */
  void setRouteValues(RouteValues source) {
    candidates.setRouteValues(source);
  }

  /** Takes the shares that releases have decided. The next batch brings them into force. */
  void setReleaseWeights(ReleaseWeights weights) {
    candidates.decided(weights);
  }

  FlagRegistry registry() {
    return registry;
  }

  /**
   * The newest snapshot.
   *
   * @throws NullPointerException before {@link #start}
   */
  ConfigSnapshot current() {
    return Objects.requireNonNull(current, "no snapshot yet");
  }

  /** The revision of the newest snapshot; 0 before the first one. */
  long revision() {
    return current == null ? 0 : current.revision();
  }

  /** Whether a name is the name of a declared static flag. */
  boolean isStatic(String name) {
    return registry.declared(name).filter(flag -> !flag.dynamic()).isPresent();
  }

  /** The values of a layer by flag, held-back ones excluded. */
  Map<String, Entry> layer(Layer layer) {
    return layers.of(layer);
  }

  /** The value of a flag in a layer, by itself or as a member of a whole route. */
  Optional<Entry> entry(Layer layer, String flag) {
    return layers.entry(layer, flag);
  }

  /** The last change of a flag since the start. */
  Optional<LastChange> lastChange(String flag) {
    return Optional.ofNullable(history.get(flag));
  }

  /**
   * The layer that decides about a flag: it sets it, or its whole route leaves it out; {@link
   * Layer#DEFAULT} if no layer sets it.
   */
  Layer source(String flag) {
    return layers.stack(flag).topmost();
  }

  /** What the layers say of a flag. */
  Layers.Stack stack(String flag) {
    return layers.stack(flag);
  }

  /** Whether a layer decides about a flag, by itself or by a whole route. */
  boolean decides(Layer layer, String flag) {
    return layers.entry(layer, flag).isPresent() || layers.hasWhole(layer, flag);
  }

  /** The values that a change has set as members of a whole route, each as a change. */
  Stream<Change> members(Change change) {
    return layers.members(change.layer(), change.flag()).entrySet().stream()
        .map(
            member ->
                Change.set(change.layer(), member.getKey(), member.getValue(), change.origin()));
  }

  /** All flags that any layer sets, members of whole routes included, in name order. */
  Set<String> flagsOfLayers() {
    return layers.flags();
  }

  /** The flags that a source sets, whether in force, covered or held back. */
  Set<String> names(Layer layer) {
    Set<String> names = new TreeSet<>(layer(layer).keySet());
    held.keySet().stream()
        .filter(slot -> slot.layer() == layer)
        .map(Slot::flag)
        .forEach(names::add);
    return names;
  }

  /** The newest value that a source set for a flag, whether in force, covered or held back. */
  Optional<String> newest(Layer layer, String flag) {
    Change change = held.get(new Slot(layer, flag));
    return change != null
        ? change.text()
        : Optional.ofNullable(layer(layer).get(flag)).map(Entry::text);
  }

  /**
   * Makes the first snapshot, of revision 1, of all changes that fit. The others are held back.
   *
   * @throws ConfigException if the values are no valid settings, whichever changes are left out
   */
  Outcome start(List<Change> batch) throws ConfigException {
    return put(batch, Batch.HELD);
  }

  /** How a batch is treated if some of its changes do not fit. */
  enum Batch {
    /** The changes that fit are made. */
    EACH,
    /** As {@link #EACH}; the others are held back and tried again with every later batch. */
    HELD,
    /** None is made. */
    WHOLE
  }

  /**
   * Applies the changes that fit. A batch of the configuration document is applied all or none.
   *
   * @param as what happens if some changes do not fit
   */
  Outcome apply(List<Change> batch, Batch as) {
    try {
      return put(batch, as);
    } catch (ConfigException e) {
      // The values conflict whichever changes are left out, so none is applied.
      Map<Change, Problem> refused = new LinkedHashMap<>();
      batch.forEach(change -> refused.put(change, e.problems().get(0)));
      return new Outcome(List.of(), refused, Set.of());
    }
  }

  private Outcome put(List<Change> batch, Batch as) throws ConfigException {
    Map<Slot, Change> waiting = new LinkedHashMap<>(held);
    Map<Slot, Change> displaced = new HashMap<>();
    for (Change change : batch) {
      Change before = waiting.remove(Slot.of(change));
      if (before != null) {
        displaced.put(Slot.of(change), before);
      }
    }
    Set<Change> retried = Set.copyOf(waiting.values());
    List<Change> accepted = new ArrayList<>(waiting.values());
    accepted.addAll(batch);
    Map<Change, Problem> refused = new LinkedHashMap<>();
    Candidate candidate = candidate(accepted);
    Map<Change, Problem> culprits = Culprits.of(candidate.checked(), accepted, retried);
    while (!culprits.isEmpty()) {
      refused.putAll(culprits);
      accepted.removeAll(culprits.keySet());
      if (as == Batch.WHOLE && Collections.disjoint(retried, culprits.keySet())) {
        Problem first = culprits.values().iterator().next();
        batch.forEach(change -> refused.putIfAbsent(change, first));
        accepted.removeAll(refused.keySet());
      }
      candidate = candidate(accepted);
      culprits = Culprits.of(candidate.checked(), accepted, retried);
    }
    Set<String> changed = take(candidate);
    Map<Slot, Change> stillHeld = new LinkedHashMap<>(waiting);
    stillHeld.values().retainAll(refused.keySet());
    refused.keySet().removeAll(retried);
    for (Change change : refused.keySet()) {
      Change kept = as == Batch.HELD ? change : displaced.get(Slot.of(change));
      if (kept != null) { // A refused change leaves what was held before it.
        stillHeld.put(Slot.of(change), kept);
      }
    }
    held = stillHeld;
    return new Outcome(candidate.changes(), refused, changed);
  }

  private Candidate candidate(List<Change> accepted) {
    return candidates.of(accepted, current == null ? null : current.config());
  }

  private Set<String> take(Candidate candidate) throws ConfigException {
    ConfigSnapshot before = current;
    boolean isNew =
        before == null || !before.values().texts().equals(candidate.checked().values().texts());
    if (isNew) {
      current = ConfigSnapshot.of(revision() + 1, candidate.checked());
    }
    layers.apply(candidate.changes(), candidate.checked().values(), clock.getAsLong());
    return before == null || !isNew
        ? Set.of()
        : recordChanges(before.values().texts(), candidate.checked().values());
  }

  /** Records which flags have a new value in force. */
  private Set<String> recordChanges(Map<String, String> before, FlagValues now) {
    Map<String, LastChange> changed = new HashMap<>();
    for (String flag : before.keySet()) {
      if (!now.texts().containsKey(flag)) {
        changed.put(flag, new LastChange(Optional.of(before.get(flag)), revision()));
      }
    }
    now.texts()
        .forEach(
            (flag, text) -> {
              String old = before.get(flag);
              if (!text.equals(old)) {
                changed.put(flag, new LastChange(Optional.ofNullable(old), revision()));
              }
            });
    history.putAll(changed);
    if (changed.keySet().stream().anyMatch(flag -> isGone(flag, now))) {
      history.keySet().removeIf(flag -> isGone(flag, now));
    }
    return Set.copyOf(changed.keySet());
  }

  /** Whether a flag belongs to a route that does not exist any more. */
  private static boolean isGone(String flag, FlagValues values) {
    return !values.texts().containsKey(flag)
        && Settings.routeOf(flag)
            .filter(route -> !values.texts().containsKey(Settings.matchOf(route)))
            .isPresent();
  }
}
