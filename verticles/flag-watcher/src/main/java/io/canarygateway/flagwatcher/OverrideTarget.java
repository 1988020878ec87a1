package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagException;
import io.canarygateway.flags.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Applies what operators set, here or on other nodes. On one context. */
final class OverrideTarget implements Overrides.Target {

  private final FlagStore store;
  private final WatcherSink sink;

  /** What other nodes override that means nothing here, told of once. */
  private final Set<Map.Entry<String, String>> told = new HashSet<>();

  OverrideTarget(FlagStore store, WatcherSink sink) {
    this.store = store;
    this.sink = sink;
  }

  /**
   * Sets a flag for an operator of this node, or takes that back.
   *
   * @param text null to take it back
   * @return the canonical form
   * @throws IllegalArgumentException with the reason why it cannot be
   */
  String override(Flag<?> flag, String text) {
    if (!flag.dynamic()) {
      throw new IllegalArgumentException(flag.name() + ": static, so it needs a restart");
    }
    String canonical;
    try {
      canonical = text == null ? null : flag.canonical(text);
    } catch (FlagException e) {
      Problem problem = e.problems().get(0);
      sink.refuse(
          Layer.JMX,
          new RawValue(flag.name(), new byte[0], ""),
          new RawValue.Reading(RawValue.Worth.BAD, null, problem));
      throw new IllegalArgumentException(problem.toString());
    }
    Map<Change, Problem> refused =
        sink.apply(List.of(new Change(Layer.JMX, flag.name(), canonical, "")), false);
    if (!refused.isEmpty()) {
      var first = refused.entrySet().iterator().next();
      throw new IllegalArgumentException(first.getKey().unfitting(first.getValue()).toString());
    }
    return canonical;
  }

  @Override
  public void set(String flag, String text) {
    sink.apply(
        text == null
            ? List.of(new Change(Layer.JMX, flag, null, ""))
            : changes(Map.of(flag, text), true),
        true);
  }

  @Override
  public void replaceAll(Map<String, String> texts) {
    told.retainAll(texts.entrySet());
    List<Change> changes = new ArrayList<>(changes(texts, true));
    for (String flag : store.names(Layer.JMX)) {
      if (!texts.containsKey(flag)) {
        changes.add(new Change(Layer.JMX, flag, null, ""));
      }
    }
    sink.apply(changes, true);
  }

  /**
   * What other nodes override, as far as it means something here.
   *
   * @param running whether the gateway runs
   */
  List<Change> changes(Map<String, String> texts, boolean running) {
    List<Change> changes = new ArrayList<>();
    texts.forEach(
        (name, text) -> {
          if (!text.equals(store.lastWord(Layer.JMX, name))) {
            RawValue value =
                new RawValue(name, text.getBytes(StandardCharsets.UTF_8), "another node");
            RawValue.Reading reading =
                value.read(store.registry(), Layer.JMX, running, Flag::canonicalFile);
            if (reading.change() != null) {
              changes.add(reading.change());
            } else if (told.add(Map.entry(name, text))) {
              sink.refuse(Layer.JMX, value, reading);
            }
          }
        });
    return changes;
  }
}
