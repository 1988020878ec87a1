package io.canarygateway.flagwatcher;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The values of static flags that differ in their sources from what the sources held at the start.
 * They are not in force, but the next start reads them. On one context.
 */
final class StaticEdits {

  private final FlagStore store;

  /** The edited values by layer and flag; empty if the source sets the flag no longer. */
  private final Map<Layer, Map<String, Optional<String>>> edits = new EnumMap<>(Layer.class);

  StaticEdits(FlagStore store) {
    this.store = store;
  }

  /**
   * Records what a source holds for a static flag.
   *
   * @param text the canonical text; empty if the source holds no valid value
   */
  void record(Layer layer, String flag, Optional<String> text) {
    Map<String, Optional<String>> ofLayer = edits.computeIfAbsent(layer, added -> new TreeMap<>());
    if (text.equals(store.newest(layer, flag))) {
      ofLayer.remove(flag);
    } else {
      ofLayer.put(flag, text);
    }
  }

  /**
   * The flags whose value in force the next start would change.
   *
   * @return such as {@code router-server.port (etcd)}, in the order of the names
   */
  List<String> pending() {
    TreeSet<String> edited = new TreeSet<>();
    edits.values().forEach(ofLayer -> edited.addAll(ofLayer.keySet()));
    List<String> pending = new ArrayList<>();
    edited.forEach(flag -> pending(flag).ifPresent(pending::add));
    return pending;
  }

  private Optional<String> pending(String flag) {
    Optional<String> now = Optional.empty();
    Optional<String> next = Optional.empty();
    Layer topmostEdit = Layer.DEFAULT;
    for (Layer layer : Layer.values()) {
      // A static flag keeps its value, so the store still holds what was read at the start.
      Optional<String> started =
          Optional.ofNullable(store.layer(layer).get(flag)).map(Layers.Entry::text);
      Optional<String> edit = edits.getOrDefault(layer, Map.of()).get(flag);
      Optional<String> wanted = edit == null ? started : edit;
      now = started.isPresent() ? started : now;
      next = wanted.isPresent() ? wanted : next;
      topmostEdit = edit == null ? topmostEdit : layer;
    }
    return now.equals(next)
        ? Optional.empty()
        : Optional.of(flag + " (" + topmostEdit.label() + ")");
  }
}
