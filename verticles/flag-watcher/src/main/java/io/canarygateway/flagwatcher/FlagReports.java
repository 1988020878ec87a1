package io.canarygateway.flagwatcher;

import io.canarygateway.config.Checksums;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.FlagView;
import io.canarygateway.flagwatcher.Layers.Entry;
import io.canarygateway.flagwatcher.Layers.Stack;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.FlagReport.Covered;
import io.canarygateway.message.FlagReport.FlagState;
import io.canarygateway.message.FlagReport.Refusal;
import io.canarygateway.snapshot.ConfigSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Makes the {@link FlagReport} that {@code /debug/flagz} shows. The values are taken on the
 * watcher's context; {@link #make} may run on any thread, because it formats thousands of values.
 */
final class FlagReports {

  /** What is known of one flag. */
  private record Known(Stack stack, Optional<FlagStore.LastChange> last) {}

  private final FlagRegistry registry;
  private final ConfigSnapshot snapshot;
  private final String checksumStatic;
  private final String checksumDynamic;
  private final Map<String, Known> flags = new HashMap<>();
  private final List<Refusal> refusals;
  private final List<ComponentHealth> sources;

  private FlagReports(
      FlagStore store, Checksums checksums, List<Refusal> refusals, List<ComponentHealth> sources) {
    this.registry = store.registry();
    this.snapshot = store.current();
    this.checksumStatic = checksums.ofStatic();
    this.checksumDynamic = checksums.ofDynamic();
    this.refusals = List.copyOf(refusals);
    this.sources = List.copyOf(sources);
    // Those of all layers, since a whole route may leave out what a lower layer sets.
    TreeSet<String> names = new TreeSet<>(registry.byName().keySet());
    names.addAll(store.flagsOfLayers());
    names.forEach(name -> flags.put(name, new Known(store.stack(name), store.lastChange(name))));
  }

  /** Takes the values of all flags, on the watcher's context. */
  static FlagReports of(
      FlagStore store, Checksums checksums, List<Refusal> refusals, List<ComponentHealth> sources) {
    return new FlagReports(store, checksums, refusals, sources);
  }

  FlagReport make() {
    List<FlagState> states = new ArrayList<>();
    registry
        .known(flags.keySet())
        .forEach((name, flag) -> states.add(state(flag, Objects.requireNonNull(flags.get(name)))));
    return new FlagReport(
        snapshot.revision(), checksumStatic, checksumDynamic, states, refusals, sources);
  }

  private <T> FlagState state(Flag<T> flag, Known known) {
    Optional<Entry> entry = known.stack().inForce();
    Optional<FlagStore.LastChange> last = known.last();
    FlagView view = FlagView.of(flag, snapshot.values().get(flag), entry.isPresent());
    return new FlagState(
        view.name(),
        view.type(),
        view.usage(),
        view.currentValue(),
        view.defaultValue(),
        view.changed(),
        view.dynamic(),
        known.stack().topmost().label(),
        entry.map(Entry::origin).orElse(""),
        entry.map(Entry::atMillis).orElse(0L),
        last.map(FlagStore.LastChange::revision).orElse(1L),
        last.map(change -> previous(flag, change)).orElse(""),
        covered(flag, known.stack()));
  }

  private static <T> String previous(Flag<T> flag, FlagStore.LastChange change) {
    return FlagView.shown(
        flag, change.previous().map(flag.type()::parse).orElse(flag.defaultValue()));
  }

  /** The values of the layers below the one that decides, the lowest layer first. */
  private static <T> List<Covered> covered(Flag<T> flag, Stack stack) {
    List<Covered> covered = new ArrayList<>();
    stack
        .entries()
        .forEach(
            (layer, entry) -> {
              if (layer != stack.topmost()) {
                String value = FlagView.shown(flag, flag.type().parse(entry.text()));
                covered.add(new Covered(layer.label(), value));
              }
            });
    return covered;
  }
}
