package io.canarygateway.flagwatcher;

import io.canarygateway.config.Checksums;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagView;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.FlagReport;
import io.canarygateway.message.FlagReport.FlagState;
import io.canarygateway.message.FlagReport.Refusal;
import java.util.ArrayList;
import java.util.List;

/** Makes the report that {@code /debug/flagz} shows. */
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
    FlagStore.Entry entry = store.layer(source).get(flag.name());
    FlagStore.LastChange last = store.lastChange(flag.name());
    T value = store.current().values().get(flag);
    T previous =
        last == null
            ? null
            : last.previous() == null ? flag.defaultValue() : flag.type().parse(last.previous());
    FlagView view = FlagView.of(flag, value, entry != null);
    return new FlagState(
        view.name(),
        view.type(),
        view.usage(),
        view.currentValue(),
        view.defaultValue(),
        view.changed(),
        view.dynamic(),
        source.label(),
        entry == null ? "" : entry.origin(),
        entry == null ? 0 : entry.atMillis(),
        last == null ? 1 : last.revision(),
        last == null ? "" : FlagView.shown(flag, previous));
  }
}
