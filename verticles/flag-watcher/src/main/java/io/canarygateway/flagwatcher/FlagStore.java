package io.canarygateway.flagwatcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.GatewayConfig.Conflict;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.Problem;
import io.canarygateway.snapshot.ConfigSnapshot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * The values of all layers and the snapshot that they make together. A batch of changes becomes one
 * snapshot; changes that do not fit the rest of the set are left out of it, and may be held back
 * until they do. On one context.
 */
final class FlagStore {

  /**
   * A value in a layer.
   *
   * @param text the canonical form
   * @param origin where in the source it stands
   * @param atMillis since when
   */
  record Entry(String text, String origin, long atMillis) {}

  /**
   * The last change of a flag's value in force.
   *
   * @param previous the text before, null if nothing was set
   * @param revision the snapshot that it made
   */
  record LastChange(String previous, long revision) {}

  /**
   * What became of a batch.
   *
   * @param applied the changes that were made, among them such as had been held back
   * @param refused the changes that were left out, and why
   * @param changed the flags whose value in force is another now; empty if there is no new snapshot
   */
  record Outcome(List<Change> applied, Map<Change, Problem> refused, Set<String> changed) {}

  private final FlagRegistry registry;
  private final LongSupplier clock;
  private final Map<Layer, Map<String, Entry>> layers = new EnumMap<>(Layer.class);
  private final Map<String, LastChange> history = new TreeMap<>();
  private ConfigSnapshot current;

  /**
   * Changes that stand in their sources, valid by themselves, but do not fit the rest now: tried
   * again with every other change, so that what is in force does not depend on what came first.
   */
  private List<Change> held = List.of();

  /** A store with nothing in it. */
  FlagStore(FlagRegistry registry, LongSupplier clock) {
    this.registry = registry;
    this.clock = clock;
    for (Layer layer : Layer.values()) {
      layers.put(layer, new TreeMap<>());
    }
  }

  FlagRegistry registry() {
    return registry;
  }

  ConfigSnapshot current() {
    return current;
  }

  /** What a layer has. */
  Map<String, Entry> layer(Layer layer) {
    return layers.get(layer);
  }

  LastChange lastChange(String flag) {
    return history.get(flag);
  }

  /** The topmost layer that sets a flag; {@link Layer#DEFAULT} if none does. */
  Layer source(String flag) {
    Layer source = Layer.DEFAULT;
    for (Layer layer : Layer.values()) {
      if (layers.get(layer).containsKey(flag)) {
        source = layer;
      }
    }
    return source;
  }

  /** The names that a source has brought, be they in force, covered or held back. */
  Set<String> names(Layer layer) {
    Set<String> names = new TreeSet<>(layers.get(layer).keySet());
    held.stream().filter(change -> change.layer() == layer).map(Change::flag).forEach(names::add);
    return names;
  }

  /** The last word of a source on a flag, be it in force, covered or held back; null if none. */
  String lastWord(Layer layer, String flag) {
    for (Change change : held) {
      if (change.layer() == layer && change.flag().equals(flag)) {
        return change.text();
      }
    }
    Entry entry = layers.get(layer).get(flag);
    return entry == null ? null : entry.text();
  }

  /**
   * Makes the first snapshot, of revision 1.
   *
   * @return what was left out
   * @throws ConfigException if the values do not fit together, whatever is left out
   */
  Outcome start(List<Change> batch) throws ConfigException {
    return put(batch, true);
  }

  /**
   * Applies what can be applied. A batch of the configuration document is all or nothing.
   *
   * @param hold whether what is refused stands in its source all the same, so that it may count
   *     later
   */
  Outcome apply(List<Change> batch, boolean hold) {
    try {
      return put(batch, hold);
    } catch (ConfigException e) {
      // Whatever is left out, the rest does not fit: so nothing is taken.
      Map<Change, Problem> refused = new LinkedHashMap<>();
      batch.forEach(change -> refused.put(change, e.problems().get(0)));
      return new Outcome(List.of(), refused, Set.of());
    }
  }

  private Outcome put(List<Change> batch, boolean hold) throws ConfigException {
    List<Change> waiting =
        held.stream()
            .filter(old -> batch.stream().noneMatch(change -> change.replaces(old)))
            .toList();
    List<Change> accepted = new ArrayList<>(waiting);
    accepted.addAll(batch);
    Map<Change, Problem> refused = new LinkedHashMap<>();
    FlagValues candidate = candidate(accepted);
    List<Conflict> conflicts = GatewayConfig.conflictsOf(candidate);
    while (!conflicts.isEmpty()) {
      Map<Change, Problem> culprits = culprits(conflicts, accepted);
      if (culprits.isEmpty()) {
        throw new ConfigException(conflicts.stream().map(Conflict::problem).toList());
      }
      refused.putAll(culprits);
      accepted.removeAll(culprits.keySet());
      candidate = candidate(accepted);
      conflicts = GatewayConfig.conflictsOf(candidate);
    }
    Set<String> changed = take(accepted, candidate);
    List<Change> stillHeld = new ArrayList<>(waiting);
    stillHeld.retainAll(refused.keySet());
    refused.keySet().removeAll(waiting);
    if (hold) {
      stillHeld.addAll(refused.keySet());
    }
    held = List.copyOf(stillHeld);
    return new Outcome(accepted, refused, changed);
  }

  /** The changes that have to do with conflicts; of several for one flag the one on top. */
  private static Map<Change, Problem> culprits(List<Conflict> conflicts, List<Change> accepted) {
    Map<Change, Problem> culprits = new LinkedHashMap<>();
    for (Conflict conflict : conflicts) {
      for (String key : conflict.keys()) {
        accepted.stream()
            .filter(change -> change.flag().equals(key) && change.layer() != Layer.CONF)
            .max(java.util.Comparator.comparing(Change::layer))
            .ifPresent(change -> culprits.put(change, conflict.problem()));
      }
    }
    return culprits;
  }

  /** The values in force if the changes were made. */
  private FlagValues candidate(List<Change> changes) {
    Map<Layer, Map<String, String>> changed = new EnumMap<>(Layer.class);
    changes.forEach(
        change ->
            changed
                .computeIfAbsent(change.layer(), layer -> new TreeMap<>())
                .put(change.flag(), change.text()));
    Map<String, String> texts = new TreeMap<>();
    for (Layer layer : Layer.values()) {
      Map<String, String> edits = changed.getOrDefault(layer, Map.of());
      layers
          .get(layer)
          .forEach(
              (flag, entry) -> {
                if (!edits.containsKey(flag)) {
                  texts.put(flag, entry.text());
                }
              });
      edits.forEach(
          (flag, text) -> {
            if (text != null) {
              texts.put(flag, text);
            }
          });
    }
    return new FlagValues(texts);
  }

  private Set<String> take(List<Change> accepted, FlagValues candidate) throws ConfigException {
    long now = clock.getAsLong();
    Map<String, String> old = current == null ? null : current.values().texts();
    ConfigSnapshot next = current;
    if (old == null || !old.equals(candidate.texts())) {
      next = ConfigSnapshot.of(current == null ? 1 : current.revision() + 1, candidate);
    }
    for (Change change : accepted) {
      Map<String, Entry> layer = layers.get(change.layer());
      if (change.text() == null) {
        layer.remove(change.flag());
      } else {
        layer.put(change.flag(), new Entry(change.text(), change.origin(), now));
      }
    }
    Map<String, LastChange> changed = new TreeMap<>();
    if (old != null && next != current) {
      for (Change change : accepted) {
        String flag = change.flag();
        if (!Objects.equals(old.get(flag), candidate.texts().get(flag))) {
          changed.put(flag, new LastChange(old.get(flag), next.revision()));
        }
      }
    }
    history.putAll(changed);
    current = next;
    return Set.copyOf(changed.keySet());
  }
}
