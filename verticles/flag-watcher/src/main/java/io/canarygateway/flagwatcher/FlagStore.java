package io.canarygateway.flagwatcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.GatewayConfig.Conflict;
import io.canarygateway.config.Settings;
import io.canarygateway.config.WholeRoute;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.Problem;
import io.canarygateway.flagwatcher.Layers.Entry;
import io.canarygateway.snapshot.ConfigSnapshot;
import java.util.ArrayList;
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
  private final Map<String, LastChange> history = new TreeMap<>();

  /** The newest snapshot; null until {@link #start}. */
  private @Nullable ConfigSnapshot current;

  /**
   * Changes that are valid by themselves, but conflict with other settings. Every batch tries them
   * again, so that the values in force do not depend on the order of the changes.
   */
  private List<Change> held = List.of();

  /**
   * Creates an empty store.
   *
   * @param clock the time in ms since 1970
   */
  FlagStore(FlagRegistry registry, LongSupplier clock) {
    this.registry = registry;
    this.clock = clock;
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

  /** The topmost layer that sets a flag; {@link Layer#DEFAULT} if none does. */
  Layer source(String flag) {
    return layers.topmost(flag);
  }

  /** The flags that a source sets, whether in force, covered or held back. */
  Set<String> names(Layer layer) {
    Set<String> names = new TreeSet<>(layer(layer).keySet());
    held.stream().filter(change -> change.layer() == layer).map(Change::flag).forEach(names::add);
    return names;
  }

  /** The newest value that a source set for a flag, whether in force, covered or held back. */
  Optional<String> newest(Layer layer, String flag) {
    for (Change change : held) {
      if (change.layer() == layer && change.flag().equals(flag)) {
        return change.text();
      }
    }
    return Optional.ofNullable(layer(layer).get(flag)).map(Entry::text);
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
    List<Change> waiting =
        held.stream()
            .filter(old -> batch.stream().noneMatch(change -> change.replaces(old)))
            .toList();
    List<Change> accepted = new ArrayList<>(waiting);
    accepted.addAll(batch);
    Map<Change, Problem> refused = new LinkedHashMap<>();
    FlagValues candidate = layers.inForceAfter(accepted);
    List<Conflict> conflicts = conflicts(candidate);
    Map<Change, Problem> culprits = culprits(conflicts, accepted, candidate);
    while (!conflicts.isEmpty() || !culprits.isEmpty()) {
      if (culprits.isEmpty()) {
        throw new ConfigException(conflicts.stream().map(Conflict::problem).toList());
      }
      refused.putAll(culprits);
      accepted.removeAll(culprits.keySet());
      if (as == Batch.WHOLE && batch.stream().anyMatch(culprits::containsKey)) {
        Problem first = culprits.values().iterator().next();
        batch.forEach(change -> refused.putIfAbsent(change, first));
        accepted.removeAll(batch);
      }
      candidate = layers.inForceAfter(accepted);
      conflicts = conflicts(candidate);
      culprits = culprits(conflicts, accepted, candidate);
    }
    Set<String> changed = take(accepted, candidate);
    List<Change> stillHeld = new ArrayList<>(waiting);
    stillHeld.retainAll(refused.keySet());
    refused.keySet().removeAll(waiting);
    if (as == Batch.HELD) {
      stillHeld.addAll(refused.keySet());
    }
    held = List.copyOf(stillHeld);
    return new Outcome(accepted, refused, changed);
  }

  private List<Conflict> conflicts(FlagValues candidate) {
    return GatewayConfig.conflictsOf(candidate, current == null ? null : current.config());
  }

  /**
   * The changes that take part in conflicts, of several for one flag the topmost; and those of
   * routes that do not exist.
   */
  private static Map<Change, Problem> culprits(
      List<Conflict> conflicts, List<Change> accepted, FlagValues candidate) {
    Map<Change, Problem> culprits = new LinkedHashMap<>();
    if (!conflicts.isEmpty()) {
      Map<String, Change> topmost = new HashMap<>();
      for (Change change : accepted) {
        if (change.layer() != Layer.CONF) {
          topmost.merge(
              change.flag(), change, (a, b) -> a.layer().compareTo(b.layer()) > 0 ? a : b);
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
    accepted.stream()
        .filter(change -> change.layer().isOfOperators() && change.text().isPresent())
        .forEach(
            change ->
                Settings.routeOf(change.flag())
                    .map(Settings::matchOf)
                    .filter(match -> !candidate.texts().containsKey(match))
                    .ifPresent(match -> culprits.put(change, withoutRoute(change, match))));
    return culprits;
  }

  private static Problem withoutRoute(Change change, String match) {
    return new Problem(change.flag(), "no route of this name", match + " before it or with it");
  }

  private Set<String> take(List<Change> accepted, FlagValues candidate) throws ConfigException {
    ConfigSnapshot before = current;
    if (before == null || !before.values().texts().equals(candidate.texts())) {
      current = before == null ? ConfigSnapshot.of(1, candidate) : before.next(candidate);
    }
    long now = clock.getAsLong();
    accepted.forEach(change -> layers.apply(change, now));
    return before == null ? Set.of() : recordChanges(before, accepted, candidate);
  }

  /** Records which flags of a batch have a new value in force. */
  private Set<String> recordChanges(
      ConfigSnapshot before, List<Change> accepted, FlagValues candidate) {
    Set<String> flags = new TreeSet<>();
    for (Change change : accepted) {
      flags.add(change.flag());
      if (WholeRoute.isName(change.flag())) {
        String members = change.flag() + ".";
        Stream.of(before.values(), candidate)
            .flatMap(values -> values.texts().keySet().stream())
            .filter(flag -> flag.startsWith(members))
            .forEach(flags::add);
      }
    }
    Map<String, LastChange> changed = new TreeMap<>();
    for (String flag : flags) {
      String old = before.values().texts().get(flag);
      if (!Objects.equals(old, candidate.texts().get(flag))) {
        changed.put(flag, new LastChange(Optional.ofNullable(old), revision()));
      }
    }
    history.putAll(changed);
    history.keySet().removeIf(flag -> isGone(flag, candidate));
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
