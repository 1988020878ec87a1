package io.canarygateway.flagwatcher;

import io.canarygateway.config.Checksums;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagView;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.FlagReport.Covered;
import io.canarygateway.message.FlagReport.FlagState;
import io.canarygateway.message.FlagReport.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the {@link FlagReport} that {@code /debug/flagz} shows. */
final class FlagReports {

  private FlagReports() {}

  static FlagReport of(
      FlagStore store, Checksums checksums, List<Refusal> refusals, List<ComponentHealth> sources) {
    List<FlagState> states = new ArrayList<>();
    Checksums.flags(store.registry(), store.current().values())
        .values()
        .forEach(flag -> states.add(state(store, flag)));
    return new FlagReport(
        store.current().revision(),
        checksums.ofStatic(),
        checksums.ofDynamic(),
        states,
        refusals,
        sources);
  }

  private static <T> FlagState state(FlagStore store, Flag<T> flag) {
    Layer source = store.source(flag.name());
    Optional<Layers.Entry> entry = store.entry(source, flag.name());
    Optional<FlagStore.LastChange> last = store.lastChange(flag.name());
    FlagView view = FlagView.of(flag, store.current().values().get(flag), entry.isPresent());
    return new FlagState(
        view.name(),
        view.type(),
        view.usage(),
        view.currentValue(),
        view.defaultValue(),
        view.changed(),
        view.dynamic(),
        source.label(),
        entry.map(Layers.Entry::origin).orElse(""),
        entry.map(Layers.Entry::atMillis).orElse(0L),
        last.map(FlagStore.LastChange::revision).orElse(1L),
        last.map(change -> previous(flag, change)).orElse(""),
        covered(store, flag, source));
  }

  private static <T> String previous(Flag<T> flag, FlagStore.LastChange change) {
    return FlagView.shown(
        flag, change.previous().map(flag.type()::parse).orElse(flag.defaultValue()));
  }

  /** The values of the layers below the one in force, the lowest layer first. */
  private static <T> List<Covered> covered(FlagStore store, Flag<T> flag, Layer inForce) {
    List<Covered> covered = new ArrayList<>();
    for (Layer layer : Layer.values()) {
      Optional<Layers.Entry> entry = store.entry(layer, flag.name());
      if (entry.isPresent() && layer != inForce) {
        String value = FlagView.shown(flag, flag.type().parse(entry.get().text()));
        covered.add(new Covered(layer.label(), value));
      }
    }
    return covered;
  }
}
