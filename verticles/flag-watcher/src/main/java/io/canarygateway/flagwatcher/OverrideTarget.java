package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagException;
import io.canarygateway.flags.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Applies the overrides of operators, of this node and of others. On one context. */
final class OverrideTarget implements Overrides.Target {

  private final FlagStore store;
  private final WatcherSink sink;

  /** Overrides of other nodes that are refused here: each one is reported once. */
  private final Set<Map.Entry<String, String>> refusedHere = new HashSet<>();

  OverrideTarget(FlagStore store, WatcherSink sink) {
    this.store = store;
    this.sink = sink;
  }

  /**
   * Sets a flag for an operator of this node.
   *
   * @param text empty to remove the override
   * @return the text in canonical form
   * @throws IllegalArgumentException if the value is refused; the message is for operators
   */
  Optional<String> override(Flag<?> flag, Optional<String> text) {
    if (!flag.dynamic()) {
      throw new IllegalArgumentException(flag.name() + ": static, so it needs a restart");
    }
    Optional<String> canonical;
    try {
      canonical = text.map(flag::canonical);
    } catch (FlagException e) {
      Problem problem = e.problems().get(0);
      sink.refuse(Layer.JMX, new RawValue.Refused(RawValue.Cause.BAD, problem), "");
      // Without the cause, whose class a remote JMX client may not have.
      throw new IllegalArgumentException(problem.toString());
    }
    sink.apply(List.of(new Change(Layer.JMX, flag.name(), canonical, "")), false)
        .forEach(
            (change, problem) -> {
              throw new IllegalArgumentException(change.unfitting(problem).toString());
            });
    return canonical;
  }

  @Override
  public void set(String flag, Optional<String> text) {
    sink.apply(
        text.map(value -> changes(Map.of(flag, value), true))
            .orElseGet(() -> List.of(Change.remove(Layer.JMX, flag, ""))),
        true);
  }

  @Override
  public void replaceAll(Map<String, String> texts) {
    refusedHere.retainAll(texts.entrySet());
    List<Change> changes = new ArrayList<>(changes(texts, true));
    for (String flag : store.names(Layer.JMX)) {
      if (!texts.containsKey(flag)) {
        changes.add(Change.remove(Layer.JMX, flag, ""));
      }
    }
    sink.apply(changes, true);
  }

  /**
   * The changes that set overrides of other nodes. Overrides that are refused here are left out.
   *
   * @param running whether the gateway runs, so that static flags cannot be set any more
   */
  List<Change> changes(Map<String, String> texts, boolean running) {
    List<Change> changes = new ArrayList<>();
    texts.forEach(
        (name, text) -> {
          if (!store.newest(Layer.JMX, name).equals(Optional.of(text))) {
            RawValue value =
                new RawValue(name, text.getBytes(StandardCharsets.UTF_8), "another node");
            RawValue.Reading reading =
                value.read(store.registry(), Layer.JMX, running, Flag::canonicalFile);
            reading.change().ifPresent(changes::add);
            if (reading instanceof RawValue.Refused refused
                && refusedHere.add(Map.entry(name, text))) {
              sink.refuse(Layer.JMX, refused, value.origin());
            }
          }
        });
    return changes;
  }
}
