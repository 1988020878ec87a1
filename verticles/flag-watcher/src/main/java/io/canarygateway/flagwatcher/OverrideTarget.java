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
import java.util.function.Supplier;

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
   * @param text makes the text in canonical form; empty to remove the override
   * @param origin {@code jmx} or {@code api}
   * @param by the person or token that wants it; empty if that is not known
   * @return the text
   * @throws IllegalArgumentException if the value is refused; the message is for operators
   */
  Optional<String> override(
      Flag<?> flag, Supplier<Optional<String>> text, String origin, String by) {
    if (!flag.dynamic()) {
      throw new IllegalArgumentException(flag.name() + ": static, so it needs a restart");
    }
    Optional<String> canonical;
    try {
      canonical = text.get();
    } catch (FlagException e) {
      Problem problem = e.problems().get(0);
      sink.refuse(Layer.OVERRIDE, new RawValue.Refused(RawValue.Cause.BAD, problem), origin);
      // Without the cause, whose class a remote JMX client may not have.
      throw new IllegalArgumentException(problem.toString());
    }
    Change wanted = new Change(Layer.OVERRIDE, flag.name(), canonical, origin, by);
    sink.apply(List.of(wanted), false)
        .forEach(
            (change, problem) -> {
              Problem shown = change.unfitting(problem);
              throw new IllegalArgumentException(
                  (flag.secret() ? new Problem(shown.key(), "a secret", shown.expected()) : shown)
                      .toString());
            });
    return canonical;
  }

  @Override
  public void set(String flag, Optional<String> text) {
    sink.apply(
        text.map(value -> changes(Map.of(flag, value), true))
            .orElseGet(() -> List.of(Change.remove(Layer.OVERRIDE, flag, ""))),
        true);
  }

  @Override
  public void replaceAll(Map<String, String> texts) {
    refusedHere.retainAll(texts.entrySet());
    List<Change> changes = new ArrayList<>(changes(texts, true));
    for (String flag : store.names(Layer.OVERRIDE)) {
      if (!texts.containsKey(flag)) {
        changes.add(Change.remove(Layer.OVERRIDE, flag, ""));
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
          if (!store.newest(Layer.OVERRIDE, name).equals(Optional.of(text))) {
            RawValue value =
                new RawValue(name, text.getBytes(StandardCharsets.UTF_8), "another node");
            RawValue.Reading reading =
                value.read(store.registry(), Layer.OVERRIDE, running, Flag::canonicalFile);
            reading.change().ifPresent(changes::add);
            if (reading instanceof RawValue.Refused refused
                && refusedHere.add(Map.entry(name, text))) {
              sink.refuse(Layer.OVERRIDE, refused, value.origin());
            }
          }
        });
    return changes;
  }
}
